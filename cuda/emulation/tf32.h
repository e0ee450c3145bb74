// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// TF32, the tensor cores' format for factors: a float with 10 bits of fraction.
#pragma once

#include <bit>
#include <cstdint>

namespace kernelscope::emulation {

/// The nearest TF32 value, ties away from zero, as cvt.rna.tf32.f32 does it. Infinities and NaN stay what they are.
inline float roundToTf32(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    if ((bits & 0x7f800000u) == 0x7f800000u)
        return x;
    return std::bit_cast<float>((bits + 0x1000u) & ~0x1fffu);
}

} // namespace kernelscope::emulation
