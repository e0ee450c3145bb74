// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Direct convolution at stride 1 with a kernel whose size the compiler knows: what forward and data gradient share.
///
/// A block has some channels of its tile of the input, and their weights, in shared memory at a time. For a channel a
/// thread reads the (kernel + 1)^2 inputs under its window of 2x2 outputs into registers, once for all its outputs, and
/// each weight once for 4 multiplications; the threads of a warp read the same weights, in vectors of 4. For a 3x3
/// kernel and 8 outputs these are 8 + 18 loads for 288 multiplications.
#pragma once

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

/// Makes the block's part of the convolution, and calls `finish(output, row, column, values)` for each output and the
/// upper left corner of each window that is one, with its 4 sums: those beyond rows and columns are meaningless.
///
/// @param shared DirectTiles::launch.dynamicShared bytes. @param channels of the input; @param outputs, rows, columns
/// of the whole image. @param input `input(channel, row, column)` is the value under kernel place (0, 0) of output
/// (row, column), 0 outside the image. @param loadWeights `loadWeights(firstChannel, channels, store)` has the threads
/// of the block call `store(channel - firstChannel, place, output - firstOutput, weight)` for all weights of the
/// block's outputs, by the way that reads them best.
template <int kKernel, int kOutputs, class Input, class LoadWeights, class Finish>
__device__ __forceinline__ void directConvolution(float* shared, const DirectTiles& tiles, const DirectTile& tile,
    int channels, int outputs, int rows, int columns, const Input& input, const LoadWeights& loadWeights,
    const Finish& finish) {
    constexpr int kPatch = kKernel + 1;
    constexpr int kArea = kKernel * kKernel;
    const int plane = tiles.inputRows * tiles.inputPitch;
    float* const inputs = shared;
    float* const weights = shared + (tiles.chunk * plane + 3) / 4 * 4;

    const auto threads = static_cast<int>(blockDim.x * blockDim.y);
    const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
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
        // Rows of the tile by groups of 16 threads: tiles are mostly narrow.
        constexpr int lanes = 16;
        for (int line = thread / lanes; line < count * tiles.inputRows; line += threads / lanes) {
            const int channel = tiles.byInputRows.quotient(line);
            const int row = tiles.byInputRows.remainder(line, channel);
            for (int column = thread % lanes; column < tiles.inputColumns; column += lanes)
                inputs[line * tiles.inputPitch + column] =
                    input(first + channel, tile.firstRow + row, tile.firstColumn + column);
        }
        loadWeights(first, count, [&](int channel, int place, int output, float weight) {
            weights[(channel * kArea + place) * tiles.weightPitch + output] = weight;
        });
        __syncthreads();

        for (int channel = 0; channel < count; ++channel) {
            float patch[kPatch][kPatch];
            const float* from = inputs + channel * plane + corner;
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

} // namespace kernelscope::cuda
