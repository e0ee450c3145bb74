// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The tensor cores' product of TF32 numbers: floats whose fraction is rounded to 10 bits. The only place that knows
/// the instruction; off a GPU the warp works it out together.
#pragma once

#include "cuda/platform/platform.h"

#include <cstdint>
#include <cstring>

namespace kernelscope::cuda {

/// The nearest number with 10 bits of fraction; of two the one farther from zero, as cvt.rna.tf32.f32 does.
__device__ __forceinline__ float roundedToTf32(float value) {
    std::uint32_t bits = 0;
#if defined(__CUDA_ARCH__)
    bits = __float_as_uint(value);
#else
    std::memcpy(&bits, &value, sizeof bits);
#endif
    if ((bits & 0x7f800000u) != 0x7f800000u) // infinity and not-a-number stay
        bits = (bits + 0x1000u) & ~0x1fffu;
#if defined(__CUDA_ARCH__)
    return __uint_as_float(bits);
#else
    std::memcpy(&value, &bits, sizeof value);
    return value;
#endif
}

/// sums[16][8] += left[16][8] * right[8][8], by the 32 threads of a warp together, all of them. The factors have been
/// rounded before. With g = lane / 4 and t = lane % 4 a thread holds (PTX ISA, "Matrix fragments for mma.m16n8k8"):
/// @param sums (g, 2t), (g, 2t+1), (g+8, 2t), (g+8, 2t+1); @param left (g, t), (g+8, t), (g, t+4), (g+8, t+4);
/// @param right (t, g), (t+4, g).
__device__ __forceinline__ void multiplyTf32(float (&sums)[4], const float (&left)[4], const float (&right)[2]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    // Volatile: it must stay where all threads of the warp come by.
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                 : "r"(__float_as_uint(left[0])), "r"(__float_as_uint(left[1])), "r"(__float_as_uint(left[2])),
                 "r"(__float_as_uint(left[3])), "r"(__float_as_uint(right[0])), "r"(__float_as_uint(right[1])));
#elif defined(__CUDA_ARCH__)
    __trap(); // nobody launches it there: see hasTf32()
#elif !defined(__CUDACC__)
    struct Fragments {
        float left[4], right[2];
    };
    const auto lanes = emulation::exchangeInWarp(Fragments{{left[0], left[1], left[2], left[3]}, {right[0], right[1]}});
    const unsigned row = threadIdx.x % 32 / 4;
    const unsigned column = 2 * (threadIdx.x % 4);
    for (unsigned half = 0; half < 2; ++half) // of the inner dimension
        for (unsigned k = 0; k < 4; ++k) {
            const Fragments& rows = lanes[row * 4 + k];
            const float first = lanes[column * 4 + k].right[half];
            const float second = lanes[(column + 1) * 4 + k].right[half];
            sums[0] += rows.left[2 * half] * first;
            sums[1] += rows.left[2 * half] * second;
            sums[2] += rows.left[2 * half + 1] * first;
            sums[3] += rows.left[2 * half + 1] * second;
        }
#endif
}

/// Whether a device has these instructions. @param computeCapability 10 * major + minor.
constexpr bool hasTf32(int computeCapability) {
    return computeCapability >= 80;
}

} // namespace kernelscope::cuda
