// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the language of kernels has beyond C++: its qualifiers, what a thread knows of itself, barriers and warps.
#pragma once

#include "cuda/emulation/vector_types.h"
#include "cuda/emulation/warp.h"

#include <source_location>

#define __global__
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) alignas(bytes)

extern uint3 threadIdx;
extern uint3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;
constexpr int warpSize = 32;

// Where a word of the device was written, for reports: filled in by the compiler.
#define KERNELSCOPE_WHERE const std::source_location& where = std::source_location::current()

inline void __syncthreads(KERNELSCOPE_WHERE) {
    kernelscope::emulation::meetBlock(false, where);
}
inline int __syncthreads_count(int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::meetBlock(predicate != 0, where);
}
inline int __syncthreads_or(int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::meetBlock(predicate != 0, where) > 0;
}
inline int __syncthreads_and(int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::meetBlock(predicate != 0, where) == kernelscope::emulation::threadCount();
}

inline void __syncwarp(unsigned mask = 0xffffffffu, KERNELSCOPE_WHERE) {
    kernelscope::emulation::syncWarp(mask, where);
}

// Shuffles: a group of `width` lanes, a power of two; a lane outside it gives the caller's own value.

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = warpSize, KERNELSCOPE_WHERE) {
    const int lane = kernelscope::emulation::laneOfThread();
    const int group = lane & ~(width - 1);
    return kernelscope::emulation::shuffle(
        mask, value, group + (source & (width - 1)), kernelscope::emulation::WarpWord::Shuffle, where);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = warpSize, KERNELSCOPE_WHERE) {
    const int lane = kernelscope::emulation::laneOfThread();
    const int source = lane - static_cast<int>(delta);
    return kernelscope::emulation::shuffle(mask, value, source < (lane & ~(width - 1)) ? lane : source,
        kernelscope::emulation::WarpWord::ShuffleUp, where);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = warpSize, KERNELSCOPE_WHERE) {
    const int lane = kernelscope::emulation::laneOfThread();
    const int source = lane + static_cast<int>(delta);
    return kernelscope::emulation::shuffle(mask, value, source >= (lane & ~(width - 1)) + width ? lane : source,
        kernelscope::emulation::WarpWord::ShuffleDown, where);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int laneMask, int width = warpSize, KERNELSCOPE_WHERE) {
    const int lane = kernelscope::emulation::laneOfThread();
    const int source = lane ^ laneMask;
    return kernelscope::emulation::shuffle(mask, value, source >= (lane & ~(width - 1)) + width ? lane : source,
        kernelscope::emulation::WarpWord::ShuffleXor, where);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::ballot(mask, predicate != 0, kernelscope::emulation::WarpWord::Ballot, where);
}
inline int __any_sync(unsigned mask, int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::ballot(mask, predicate != 0, kernelscope::emulation::WarpWord::Any, where) != 0;
}
inline int __all_sync(unsigned mask, int predicate, KERNELSCOPE_WHERE) {
    return kernelscope::emulation::ballot(mask, predicate != 0, kernelscope::emulation::WarpWord::All, where) == mask;
}

#undef KERNELSCOPE_WHERE

/// Ends the kernel, as an illegal instruction does.
[[noreturn]] inline void __trap() {
    kernelscope::emulation::noteFault("__trap() was called");
    kernelscope::emulation::leaveKernel();
}
