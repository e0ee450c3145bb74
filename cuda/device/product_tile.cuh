// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A block's tile of a matrix product whose factors nobody ever stored as matrices: 64 x 64 sums, by 256 threads.
///
/// 16 terms of each sum at a time: the threads fetch 64 x 16 values of either factor into shared memory, 4 each, from
/// wherever they are, then each thread adds to its 4 x 4 sums, in registers: per term two vectors of 4 floats are read
/// for 16 multiplications. The next 16 terms are fetched into registers meanwhile. In TF32 a warp has 32 x 16 sums, and
/// per 8 terms reads 12 floats a thread for 4 instructions of the tensor cores, 1,024 multiplications each.
#pragma once

#include "cuda/device/tf32_mma.cuh"
#include "cuda/step.h"

namespace kernelscope::cuda {

inline constexpr int kTileSide = 64;
inline constexpr int kTileDepth = 16;
inline constexpr int kTileThreads = 256;
/// Floats from one term's values to the next one's: 8 modulo 32, so that the 32 threads of a warp that read 8
/// neighbours of 4 terms meet no bank twice.
inline constexpr int kTilePitch = kTileSide + 8;
/// Floats from one row of finished sums to the next.
inline constexpr int kSumsPitch = kTileSide + 4;
/// Shared memory that a block needs, in floats.
inline constexpr int kTileFloats = kTileSide * kSumsPitch;
static_assert(kTileFloats >= 2 * kTileDepth * kTilePitch);

/// Which 4 values of a factor's 64 x 16 a thread fetches: neighbours along the side to neighbouring threads.
struct LanesAlongSide {
    static __device__ int side(int) { return static_cast<int>(threadIdx.x) % kTileSide; }
    static __device__ int term(int i) { return static_cast<int>(threadIdx.x) / kTileSide + 4 * i; }
};

/// The same with neighbouring terms to neighbouring threads.
struct LanesAlongTerms {
    static __device__ int side(int i) { return static_cast<int>(threadIdx.x) / kTileDepth + 16 * i; }
    static __device__ int term(int) { return static_cast<int>(threadIdx.x) % kTileDepth; }
};

/// First row and column in the tile of a thread's 4 x 4 sums.
__device__ __forceinline__ int sumRow() {
    return static_cast<int>(threadIdx.x) / 16 * 4;
}
__device__ __forceinline__ int sumColumn() {
    return static_cast<int>(threadIdx.x) % 16 * 4;
}

/// What tileProduct() does with the values in shared memory, for each precision.
template <Precision>
class TileSums;

template <>
class TileSums<Precision::Fp32> {
public:
    static __device__ float rounded(float value) { return value; }

    __device__ void add(const float* left, const float* right) {
#pragma unroll
        for (int term = 0; term < kTileDepth; ++term) {
            const float4 l = *reinterpret_cast<const float4*>(left + term * kTilePitch + sumRow());
            const float4 r = *reinterpret_cast<const float4*>(right + term * kTilePitch + sumColumn());
            const float rows[4] = {l.x, l.y, l.z, l.w};
            const float columns[4] = {r.x, r.y, r.z, r.w};
#pragma unroll
            for (int i = 0; i < 4; ++i)
#pragma unroll
                for (int j = 0; j < 4; ++j)
                    m_sums[i][j] = fmaf(rows[i], columns[j], m_sums[i][j]);
        }
    }

    __device__ void finish(float*, float (&sums)[4][4]) const {
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int j = 0; j < 4; ++j)
                sums[i][j] = m_sums[i][j];
    }

private:
    float m_sums[4][4] = {};
};

template <>
class TileSums<Precision::Tf32> {
public:
    static __device__ float rounded(float value) { return roundedToTf32(value); }

    __device__ void add(const float* left, const float* right) {
#pragma unroll
        for (int half = 0; half < kTileDepth; half += 8) {
            const float* l = left + (half + m_inGroup) * kTilePitch + m_row + m_group;
            const float* r = right + (half + m_inGroup) * kTilePitch + m_column + m_group;
            float rows[2][4];
            float columns[2][2];
#pragma unroll
            for (int i = 0; i < 2; ++i) {
                rows[i][0] = l[16 * i];
                rows[i][1] = l[16 * i + 8];
                rows[i][2] = l[16 * i + 4 * kTilePitch];
                rows[i][3] = l[16 * i + 8 + 4 * kTilePitch];
                columns[i][0] = r[8 * i];
                columns[i][1] = r[8 * i + 4 * kTilePitch];
            }
#pragma unroll
            for (int i = 0; i < 2; ++i)
#pragma unroll
                for (int j = 0; j < 2; ++j)
                    multiplyTf32(m_sums[i][j], rows[i], columns[j]);
        }
    }

    /// A warp's sums are dealt out otherwise than the threads want them: they change hands in shared memory.
    __device__ void finish(float* shared, float (&sums)[4][4]) const {
#pragma unroll
        for (int i = 0; i < 2; ++i)
#pragma unroll
            for (int j = 0; j < 2; ++j)
#pragma unroll
                for (int k = 0; k < 4; ++k)
                    shared[(m_row + 16 * i + m_group + 8 * (k / 2)) * kSumsPitch + m_column + 8 * j + 2 * m_inGroup +
                           k % 2] = m_sums[i][j][k];
        __syncthreads();
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int j = 0; j < 4; ++j)
                sums[i][j] = shared[(sumRow() + i) * kSumsPitch + sumColumn() + j];
    }

private:
    int m_group = static_cast<int>(threadIdx.x) % 32 / 4; ///< As multiplyTf32() names them: g and t.
    int m_inGroup = static_cast<int>(threadIdx.x) % 4;
    int m_row = static_cast<int>(threadIdx.x) / 32 % 2 * 32; ///< Of the warp's 32 x 16 sums.
    int m_column = static_cast<int>(threadIdx.x) / 64 * 16;
    float m_sums[2][2][4] = {};
};

/// sums[i][j] = sum over the terms t of left(row of i, t) * right(t, column of j), for the thread's 4 x 4 of the tile.
///
/// A factor is an object of each thread: `Lanes` is one of the two above, and `load(first, i)` gives its value at
/// Lanes::side(i) of the term first + Lanes::term(i), zero where there is none.
/// @param terms of each sum; the same for all threads, as there are barriers. @param shared kTileFloats.
template <Precision kPrecision, class Left, class Right>
__device__ void tileProduct(float* shared, int terms, Left& left, Right& right, float (&sums)[4][4]) {
    using Sums = TileSums<kPrecision>;
    float* const leftTile = shared;
    float* const rightTile = shared + kTileDepth * kTilePitch;
    float nextLeft[4];
    float nextRight[4];
    const auto fetch = [&](int first) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            nextLeft[i] = left.load(first, i);
            nextRight[i] = right.load(first, i);
        }
    };
    Sums tile;
    if (terms > 0)
        fetch(0);
    for (int first = 0; first < terms; first += kTileDepth) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            leftTile[Left::Lanes::term(i) * kTilePitch + Left::Lanes::side(i)] = Sums::rounded(nextLeft[i]);
            rightTile[Right::Lanes::term(i) * kTilePitch + Right::Lanes::side(i)] = Sums::rounded(nextRight[i]);
        }
        __syncthreads();
        if (first + kTileDepth < terms)
            fetch(first + kTileDepth);
        tile.add(leftTile, rightTile);
        __syncthreads();
    }
    tile.finish(shared, sums);
}

} // namespace kernelscope::cuda
