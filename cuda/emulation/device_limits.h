// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a device of compute capability 9.0 allows; see the tables in NVIDIA's programming guide.
#pragma once

#include <cstddef>

namespace kernelscope::emulation {

constexpr unsigned threadLimit = 1024; ///< In a block.
constexpr unsigned threadLimitZ = 64;
constexpr unsigned gridLimitX = 2147483647;
constexpr unsigned gridLimitYZ = 65535;
constexpr std::size_t staticSharedLimit = 48 * 1024; ///< And of dynamic shared memory, unless the kernel asks.
constexpr std::size_t sharedLimit90 = 227 * 1024;    ///< Static and dynamic, where the kernel asks.
constexpr int registersOfMultiprocessor = 65536;

/// sharedLimit90 of another compute capability.
constexpr std::size_t sharedLimit(int major, int minor) {
    if (major == 7)
        return 64 * 1024; // 7.5
    if ((major == 8 && (minor == 6 || minor == 9)) || major == 12)
        return 99 * 1024;
    if (major == 8)
        return 163 * 1024;
    return sharedLimit90;
}

} // namespace kernelscope::emulation
