// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The memory that the threads of a block share: of exactly the size asked for, so that AddressSanitizer sees who goes
/// beyond it, and not-a-number at the start of each block, so that using what nobody wrote shows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope::emulation {

/// A shared variable of a kernel: one for each place where it is declared.
struct SharedVariable {
    std::size_t bytes;
    std::size_t alignment;
    void* memory = nullptr;
    std::uint64_t block = 0; ///< The block that `memory` is for.
};

/// Counts blocks.
extern std::uint64_t sharedBlock;

/// Gives the variable memory for this block.
void prepareShared(SharedVariable& variable);

inline void* sharedMemory(SharedVariable& variable) {
    if (variable.block != sharedBlock) [[unlikely]]
        prepareShared(variable);
    return variable.memory;
}

/// The launch's dynamic shared memory, aligned to 16.
void* dynamicSharedMemory();

// For launch.cpp.
/// @param mostBytes static and dynamic together.
void beginSharedMemory(std::size_t dynamicBytes, std::size_t mostBytes);
void beginSharedBlock();
/// Gives the most bytes of static variables that a block used.
std::size_t endSharedMemory();

} // namespace kernelscope::emulation
