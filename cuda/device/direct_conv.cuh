// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Direct convolution at stride 1 with a kernel whose size the compiler knows: what forward and data gradient share.
///
/// A block has some channels of its tile of the input, and their weights, in shared memory at a time.
///
/// In fp32 a thread reads, for a channel, the (kernel + 1)^2 inputs under its window of 2x2 outputs into registers,
/// once for all its outputs, and each weight once for 4 multiplications; the threads of a warp read the same weights,
/// in vectors of 4. For a 3x3 kernel and 8 outputs these are 8 + 18 loads for 288 multiplications.
///
/// In TF32 a warp multiplies, for 8 channels and one place of the kernel, 32 outputs' weights by the inputs of 16
/// windows: 16 instructions of the tensor cores, 1,024 multiplications each, for 24 loads of a thread. The kernel's
/// other places read the same inputs one column or row on. Columns of the instruction's right factor are dealt out so
/// that a thread ends with all 4 outputs of its windows.
#pragma once

#include "cuda/device/tf32_mma.cuh"
#include "cuda/direct_tiles.h"

namespace kernelscope::cuda {

/// Which tile a block has.
struct DirectTile {
    std::size_t image;
    int firstRow; ///< Of the tile's outputs.
    int firstColumn;
    int firstOutput; ///< Of the block.

    __device__ explicit DirectTile(const DirectTiles& tiles) {
        const int perImage = tiles.across * tiles.down;
        const auto block = static_cast<int>(blockIdx.x);
        const int tile = block % perImage;
        image = static_cast<std::size_t>(block / perImage);
        firstRow = tile / tiles.across * tiles.tileRows * 2;
        firstColumn = tile % tiles.across * tiles.tileColumns * 2;
        firstOutput = static_cast<int>(blockIdx.y) * tiles.groups * tiles.outputsEach;
    }
};

/// Fetches a chunk of channels and their weights into shared memory, by all threads of the block.
/// @param count of the channels; up to `padded` of them zeros follow.
template <int kKernel, Precision kPrecision, class Input, class LoadWeights>
__device__ __forceinline__ void loadChunk(float* shared, const DirectTiles& tiles, const DirectTile& tile, int first,
    int count, int padded, const Input& input, const LoadWeights& loadWeights) {
    constexpr int kArea = kKernel * kKernel;
    const auto rounded = [](float value) { return kPrecision == Precision::Tf32 ? roundedToTf32(value) : value; };
    const auto threads = static_cast<int>(blockDim.x * blockDim.y);
    const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
    // Rows of the tile by groups of 16 threads: tiles are mostly narrow.
    constexpr int lanes = 16;
    for (int line = thread / lanes; line < padded * tiles.inputRows; line += threads / lanes) {
        const int channel = tiles.byInputRows.quotient(line);
        const int row = tiles.byInputRows.remainder(line, channel);
        float* to = shared + channel * tiles.inputPlane + row * tiles.inputPitch;
        for (int column = thread % lanes; column < tiles.inputColumns; column += lanes)
            to[column] =
                channel < count ? rounded(input(first + channel, tile.firstRow + row, tile.firstColumn + column)) : 0;
    }
    float* const weights = shared + tiles.weightsAt;
    for (int i = count * kArea * tiles.weightPitch + thread; i < padded * kArea * tiles.weightPitch; i += threads)
        weights[i] = 0;
    loadWeights(first, count, [&](int channel, int place, int output, float weight) {
        weights[(channel * kArea + place) * tiles.weightPitch + output] = rounded(weight);
    });
}

/// Makes the block's part of the convolution, and calls `finish(output, row, column, values)` for each output and the
/// upper left corner of each window that is one, with its 4 sums: those beyond rows and columns are meaningless.
///
/// @param shared DirectTiles::launch.dynamicShared bytes. @param channels of the input; @param outputs, rows, columns
/// of the whole image. @param input `input(channel, row, column)` is the value under kernel place (0, 0) of output
/// (row, column), 0 outside the image. @param loadWeights `loadWeights(firstChannel, channels, store)` has the threads
/// of the block call `store(channel - firstChannel, place, output - firstOutput, weight)` for all weights of the
/// block's outputs, by the way that reads them best.
template <int kKernel, int kOutputs, class Input, class LoadWeights, class Finish>
__device__ __forceinline__ void directConvolutionFp32(float* shared, const DirectTiles& tiles, const DirectTile& tile,
    int channels, int outputs, int rows, int columns, const Input& input, const LoadWeights& loadWeights,
    const Finish& finish) {
    constexpr int kPatch = kKernel + 1;
    constexpr int kArea = kKernel * kKernel;
    const float* const weights = shared + tiles.weightsAt;
    const auto index = static_cast<int>(threadIdx.x);
    const bool isWindow = index < tiles.tileRows * tiles.tileColumns; // else it repeats the first, for nothing
    const int windowRow = isWindow ? index / tiles.tileColumns : 0;
    const int windowColumn = isWindow ? index % tiles.tileColumns : 0;
    const int corner = 2 * windowRow * tiles.inputPitch + 2 * windowColumn;

    float sums[kOutputs][4] = {};
    for (int first = 0; first < channels; first += tiles.chunk) {
        const int count = min(tiles.chunk, channels - first);
        if (first > 0)
            __syncthreads();
        loadChunk<kKernel, Precision::Fp32>(shared, tiles, tile, first, count, count, input, loadWeights);
        __syncthreads();

        for (int channel = 0; channel < count; ++channel) {
            float patch[kPatch][kPatch];
            const float* from = shared + channel * tiles.inputPlane + corner;
#pragma unroll
            for (int i = 0; i < kPatch; ++i)
#pragma unroll
                for (int j = 0; j < kPatch; j += 2) {
                    const float2 pair = *reinterpret_cast<const float2*>(from + i * tiles.inputPitch + j);
                    patch[i][j] = pair.x;
                    patch[i][j + 1] = pair.y;
                }
            const float* at = weights + channel * kArea * tiles.weightPitch + static_cast<int>(threadIdx.y) * kOutputs;
#pragma unroll
            for (int i = 0; i < kKernel; ++i)
#pragma unroll
                for (int j = 0; j < kKernel; ++j, at += tiles.weightPitch)
#pragma unroll
                    for (int four = 0; four < kOutputs; four += 4) {
                        const float4 vector = *reinterpret_cast<const float4*>(at + four);
                        const float weight[4] = {vector.x, vector.y, vector.z, vector.w};
#pragma unroll
                        for (int o = 0; o < 4; ++o) {
                            float(&sum)[4] = sums[four + o];
                            sum[0] = fmaf(weight[o], patch[i][j], sum[0]);
                            sum[1] = fmaf(weight[o], patch[i][j + 1], sum[1]);
                            sum[2] = fmaf(weight[o], patch[i + 1][j], sum[2]);
                            sum[3] = fmaf(weight[o], patch[i + 1][j + 1], sum[3]);
                        }
                    }
        }
    }

    const int row = tile.firstRow + 2 * windowRow;
    const int column = tile.firstColumn + 2 * windowColumn;
    if (!isWindow || row >= rows || column >= columns)
        return;
#pragma unroll
    for (int o = 0; o < kOutputs; ++o) {
        const int output = tile.firstOutput + static_cast<int>(threadIdx.y) * kOutputs + o;
        if (output < outputs)
            finish(output, row, column, sums[o]);
    }
}

/// The same in TF32; kOutputs is 32 always. All threads of the block call it.
template <int kKernel, class Input, class LoadWeights, class Finish>
__device__ __forceinline__ void directConvolutionTf32(float* shared, const DirectTiles& tiles, const DirectTile& tile,
    int channels, int outputs, int rows, int columns, const Input& input, const LoadWeights& loadWeights,
    const Finish& finish) {
    constexpr int kQuads = kWarpWindows / 4; // of windows: the 8 columns of a factor are one row of outputs of 4
    const auto lane = static_cast<int>(threadIdx.x) % 32;
    const int group = lane / 4; // as multiplyTf32() names them: g and t
    const int inGroup = lane % 4;
    const int firstWindow = static_cast<int>(threadIdx.x) / 32 * kWarpWindows;
    const int windows = tiles.tileRows * tiles.tileColumns;
    const int kernelPlane = kKernel * kKernel * tiles.weightPitch;
    const int weights = tiles.weightsAt + inGroup * kernelPlane + static_cast<int>(threadIdx.y) * 32 + group;
    int corners[kQuads]; // in shared memory, where this thread's column of each quad begins
#pragma unroll
    for (int quad = 0; quad < kQuads; ++quad) {
        const int index = firstWindow + 4 * quad + group / 2;
        const int window = index < windows ? index : 0; // what is none repeats the first, for nothing
        corners[quad] = inGroup * tiles.inputPlane + window / tiles.tileColumns * 2 * tiles.inputPitch +
                        window % tiles.tileColumns * 2 + group % 2;
    }

    float sums[2][kQuads][2][4] = {}; // [16 outputs][quad][row of its windows][as multiplyTf32() has them]
    for (int first = 0; first < channels; first += kWarpChannels) {
        if (first > 0)
            __syncthreads();
        loadChunk<kKernel, Precision::Tf32>(
            shared, tiles, tile, first, min(kWarpChannels, channels - first), kWarpChannels, input, loadWeights);
        __syncthreads();
        for (int i = 0; i < kKernel; ++i)
#pragma unroll 1 // else the next places' values are fetched ahead, more than there are registers
            for (int j = 0; j < kKernel; ++j) {
                float left[2][4];
#pragma unroll
                for (int half = 0; half < 2; ++half) {
                    const float* from = shared + weights + (i * kKernel + j) * tiles.weightPitch + 16 * half;
                    left[half][0] = from[0];
                    left[half][1] = from[8];
                    left[half][2] = from[4 * kernelPlane];
                    left[half][3] = from[4 * kernelPlane + 8];
                }
#pragma unroll
                for (int quad = 0; quad < kQuads; ++quad)
#pragma unroll
                    for (int row = 0; row < 2; ++row) {
                        const float* from = shared + corners[quad] + (i + row) * tiles.inputPitch + j;
                        const float right[2] = {from[0], from[4 * tiles.inputPlane]};
#pragma unroll
                        for (int half = 0; half < 2; ++half)
                            multiplyTf32(sums[half][quad][row], left[half], right);
                    }
            }
    }

#pragma unroll
    for (int quad = 0; quad < kQuads; ++quad) {
        const int window = firstWindow + 4 * quad + inGroup;
        const int row = tile.firstRow + window / tiles.tileColumns * 2;
        const int column = tile.firstColumn + window % tiles.tileColumns * 2;
        if (window >= windows || row >= rows || column >= columns)
            continue;
#pragma unroll
        for (int eight = 0; eight < 4; ++eight) { // of the 32 outputs
            const int output = tile.firstOutput + static_cast<int>(threadIdx.y) * 32 + 8 * eight + group;
            const float(&upper)[4] = sums[eight / 2][quad][0];
            const float(&lower)[4] = sums[eight / 2][quad][1];
            const int at = eight % 2 * 2;
            const float values[4] = {upper[at], upper[at + 1], lower[at], lower[at + 1]};
            if (output < outputs)
                finish(output, row, column, values);
        }
    }
}

/// In either precision.
template <Precision kPrecision, int kKernel, int kOutputs, class Input, class LoadWeights, class Finish>
__device__ __forceinline__ void directConvolution(float* shared, const DirectTiles& tiles, const DirectTile& tile,
    int channels, int outputs, int rows, int columns, const Input& input, const LoadWeights& loadWeights,
    const Finish& finish) {
    if constexpr (kPrecision == Precision::Tf32)
        directConvolutionTf32<kKernel>(
            shared, tiles, tile, channels, outputs, rows, columns, input, loadWeights, finish);
    else
        directConvolutionFp32<kKernel, kOutputs>(
            shared, tiles, tile, channels, outputs, rows, columns, input, loadWeights, finish);
}

} // namespace kernelscope::cuda
