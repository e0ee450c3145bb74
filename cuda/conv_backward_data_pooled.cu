// SPDX-License-Identifier: GPL-3.0-or-later
// 3x3 and 5x5 kernels at stride 1 behind a max-pooling of 2x2 windows, in fp32: of four outputs at most one has a
// gradient, so this goes from outputs to inputs, over those only, instead of the other way as conv_backward_data.cu.
//
// The lanes of a warp have neighbouring channels. A thread has the (kernel + 1)^2 inputs that a window can reach in
// registers, for 4 windows, and goes over the filters: it reads the filter's kernel for its channel
// once, then for each window adds gradient times kernel at the maximum's place. The place is the same for the warp: a
// branch of four, each with fixed registers. A gradient that ReLU cut costs nothing. For a window of a filter these are
// 9 multiplications of a 3x3 kernel, where a dense convolution has 36, and 3 loads.
//
// At the end the windows' inputs, which overlap, are added up in shared memory: windows that are far enough apart at
// once, the others in a fixed order. So every run gives the same bits.
#include "cuda/conv_kernels.h"
#include "cuda/device/conv_gradient.cuh"
#include "cuda/device/divisor.h"
#include "cuda/platform/error_check.h"
#include "cuda/tiling.h"

#include <algorithm>

namespace kernelscope::cuda::conv_direct {
namespace {

constexpr int kLanes = 32;                ///< Channels of a block.
constexpr int kChannelPitch = kLanes + 1; ///< So that neither channels nor their neighbours share a bank.

/// Windows of a thread.
constexpr int kWindows = 4;

/// Warps of a block at most: so many that nothing of theirs has to leave the registers.
constexpr int mostWarps(int kernel) {
    return kernel == 3 ? 16 : 8;
}

/// Windows along an axis that reach beyond the 2 x 2 inputs where they begin: so many tiles' windows overlap a tile.
constexpr int reach(int kernel) {
    return kernel / 2;
}

/// How the work is dealt out. Cells of 2x2 inputs, counted from the upper left corner of the padding: a window begins
/// at each, as far as there are windows. A block makes the inputs of a tile of cells, from all windows that reach them.
struct PooledTiles {
    int tileRows = 1; ///< Cells of a tile.
    int tileColumns = 1;
    int across = 1; ///< Tiles of an image.
    int down = 1;
    int windowRows = 1; ///< For a tile, at most: its own windows, and those above and on the left that reach in.
    int windowColumns = 1;
    int warps = 1;
    int chunk = 1; ///< Filters whose kernels and gradients are in shared memory at once.
    Divisor byWindowColumns;
    Divisor byWindows;
    Divisor byInputColumns;
    std::size_t sharedBytes = 0;

    __host__ __device__ int windows() const { return windowRows * windowColumns; }
    __host__ __device__ int inputs() const { return 4 * tileRows * tileColumns; } ///< Of a channel.
};

struct PooledArguments {
    ConvShape shape;
    PooledTiles tiles;
    ResultGradient result;
    const float* weights;
    float* inputGradients;
};

/// patch += gradient * kernel, at the output (kRow, kColumn) of the window.
template <int kRow, int kColumn, int kKernel>
__device__ __forceinline__ void addAt(
    float (&patch)[kKernel + 1][kKernel + 1], float gradient, const float (&weights)[kKernel][kKernel]) {
#pragma unroll
    for (int i = 0; i < kKernel; ++i)
#pragma unroll
        for (int j = 0; j < kKernel; ++j)
            patch[i + kRow][j + kColumn] = fmaf(gradient, weights[i][j], patch[i + kRow][j + kColumn]);
}

template <int kKernel>
__device__ __forceinline__ void add(float (&patch)[kKernel + 1][kKernel + 1], const PooledGradient& gradient,
    const float (&weights)[kKernel][kKernel]) {
    if (gradient.value == 0) // but not where it is not a number
        return;
    switch (gradient.place) {
    case 0:
        return addAt<0, 0>(patch, gradient.value, weights);
    case 1:
        return addAt<0, 1>(patch, gradient.value, weights);
    case 2:
        return addAt<1, 0>(patch, gradient.value, weights);
    default:
        return addAt<1, 1>(patch, gradient.value, weights);
    }
}

/// blockIdx: x images and tiles, y channels. threadIdx: x channel, y warp.
template <int kKernel>
__global__ void __launch_bounds__(kLanes* mostWarps(kKernel)) scatterMaxima(PooledArguments arguments) {
    KERNEL_DYNAMIC_SHARED(float, shared);
    constexpr int kArea = kKernel * kKernel;
    constexpr int kPatch = kKernel + 1;
    constexpr int kApart = kPatch / 2; // Windows so far apart do not overlap.
    const ConvShape& shape = arguments.shape;
    const PooledTiles& tiles = arguments.tiles;
    const int perImage = tiles.across * tiles.down;
    const auto image = static_cast<std::size_t>(static_cast<int>(blockIdx.x) / perImage);
    const int tile = static_cast<int>(blockIdx.x) % perImage;
    const int firstRow = tile / tiles.across * tiles.tileRows; // in cells
    const int firstColumn = tile % tiles.across * tiles.tileColumns;
    const int firstWindowRow = max(firstRow - reach(kKernel), 0);
    const int firstWindowColumn = max(firstColumn - reach(kKernel), 0);
    const int firstChannel = static_cast<int>(blockIdx.y) * kLanes;
    const int channels = min(kLanes, shape.channels - firstChannel);
    const int windows = tiles.windows();

    const auto lane = static_cast<int>(threadIdx.x);
    const auto warp = static_cast<int>(threadIdx.y);
    const auto warps = static_cast<int>(blockDim.y);
    const int thread = warp * kLanes + lane;
    auto* const gradients = reinterpret_cast<PooledGradient*>(shared); // [chunk][windows]
    float* const kernels = shared + 2 * tiles.chunk * windows;         // [chunk][kArea][kChannelPitch]

    float patches[kWindows][kPatch][kPatch] = {};
    const OutputGradient from(shape, arguments.result, image);
    for (int first = 0; first < shape.filters; first += tiles.chunk) {
        const int count = min(tiles.chunk, shape.filters - first);
        if (first > 0)
            __syncthreads();
        for (int i = thread; i < count * windows; i += warps * kLanes) {
            const int filter = tiles.byWindows.quotient(i);
            const int window = tiles.byWindows.remainder(i, filter);
            const int inTile = tiles.byWindowColumns.quotient(window);
            const int row = firstWindowRow + inTile;
            const int column = firstWindowColumn + tiles.byWindowColumns.remainder(window, inTile);
            const bool isWindow = row < shape.resultRows() && column < shape.resultColumns();
            gradients[i] = isWindow ? from.ofWindow(first + filter, row, column) : PooledGradient{};
        }
        for (int f = warp; f < count; f += warps) { // a filter's kernels of neighbouring channels are neighbours
            const float* of = arguments.weights + ((first + f) * shape.channels + firstChannel) * kArea;
            for (int i = lane; i < kLanes * kArea; i += kLanes)
                kernels[(f * kArea + i % kArea) * kChannelPitch + i / kArea] = i < channels * kArea ? of[i] : 0.0f;
        }
        __syncthreads();

        for (int f = 0; f < count; ++f) {
            float weights[kKernel][kKernel];
#pragma unroll
            for (int place = 0; place < kArea; ++place)
                weights[place / kKernel][place % kKernel] = kernels[(f * kArea + place) * kChannelPitch + lane];
#pragma unroll
            for (int i = 0; i < kWindows; ++i) {
                const int window = warp + i * warps;
                if (window < windows)
                    add<kKernel>(patches[i], gradients[f * windows + window], weights);
            }
        }
    }

    // The tile's inputs, [row][column][kChannelPitch]; the loads above are over.
    float* const inputs = shared;
    __syncthreads();
    for (int i = thread; i < tiles.inputs() * kChannelPitch; i += warps * kLanes)
        inputs[i] = 0;
    for (int phase = 0; phase < kApart * kApart; ++phase) {
        __syncthreads();
#pragma unroll
        for (int i = 0; i < kWindows; ++i) {
            const int window = warp + i * warps;
            const int windowRow = tiles.byWindowColumns.quotient(window);
            const int windowColumn = tiles.byWindowColumns.remainder(window, windowRow);
            if (window >= windows || windowRow % kApart * kApart + windowColumn % kApart != phase)
                continue;
#pragma unroll
            for (int y = 0; y < kPatch; ++y)
#pragma unroll
                for (int x = 0; x < kPatch; ++x) {
                    const int row = 2 * (firstWindowRow + windowRow - firstRow) + y;
                    const int column = 2 * (firstWindowColumn + windowColumn - firstColumn) + x;
                    if (row >= 0 && row < 2 * tiles.tileRows && column >= 0 && column < 2 * tiles.tileColumns)
                        inputs[(row * 2 * tiles.tileColumns + column) * kChannelPitch + lane] += patches[i][y][x];
                }
        }
    }
    __syncthreads();
    for (int i = thread; i < channels * tiles.inputs(); i += warps * kLanes) {
        const int channel = i / tiles.inputs();
        const int inTile = i % tiles.inputs();
        const int tileRow = tiles.byInputColumns.quotient(inTile);
        const int row = 2 * firstRow + tileRow - shape.top;
        const int column = 2 * firstColumn + tiles.byInputColumns.remainder(inTile, tileRow) - shape.left;
        if (row >= 0 && row < shape.height && column >= 0 && column < shape.width)
            arguments.inputGradients[image * static_cast<std::size_t>(shape.inputSize()) +
                                     static_cast<std::size_t>(
                                         ((firstChannel + channel) * shape.height + row) * shape.width + column)] =
                inputs[inTile * kChannelPitch + channel];
    }
}

PooledTiles pooledTiles(const ConvShape& shape) {
    const int kernel = shape.kernel;
    const int cellRows = parts(shape.height + shape.top, 2);
    const int cellColumns = parts(shape.width + shape.left, 2);
    PooledTiles tiles;
    for (;;) { // Tiles of equal size, as large as may be: what reaches in from others is worked out again.
        tiles.tileRows = parts(cellRows, tiles.down);
        tiles.tileColumns = parts(cellColumns, tiles.across);
        tiles.windowRows = std::min(tiles.tileRows + (tiles.down > 1 ? reach(kernel) : 0), shape.resultRows());
        tiles.windowColumns =
            std::min(tiles.tileColumns + (tiles.across > 1 ? reach(kernel) : 0), shape.resultColumns());
        if (tiles.windows() <= mostWarps(kernel) * kWindows && tiles.inputs() * kChannelPitch <= kSharedFloats)
            break;
        ++(tiles.tileRows > tiles.tileColumns ? tiles.down : tiles.across);
    }
    tiles.warps = parts(tiles.windows(), kWindows);
    const int perFilter = 2 * tiles.windows() + kernel * kernel * kChannelPitch;
    tiles.chunk = std::min(shape.filters, kSharedFloats / 2 / perFilter);
    tiles.byWindowColumns = Divisor(tiles.windowColumns);
    tiles.byWindows = Divisor(tiles.windows());
    tiles.byInputColumns = Divisor(2 * tiles.tileColumns);
    tiles.sharedBytes =
        static_cast<std::size_t>(std::max(tiles.chunk * perFilter, tiles.inputs() * kChannelPitch)) * sizeof(float);
    return tiles;
}

} // namespace

void backwardDataPooled(const ConvLaunch& launch, const ConvShape& shape, const ResultGradient& result,
    const float* weights, float* inputGradients) {
    const PooledTiles tiles = pooledTiles(shape);
    const PooledArguments arguments{shape, tiles, result, weights, inputGradients};
    const LaunchShape blocks{
        dim3(static_cast<unsigned>(launch.images) * static_cast<unsigned>(tiles.across * tiles.down),
            static_cast<unsigned>(parts(shape.channels, kLanes))),
        dim3(kLanes, static_cast<unsigned>(tiles.warps)), tiles.sharedBytes};
    checkCuda(launchKernel(shape.kernel == 3 ? scatterMaxima<3> : scatterMaxima<5>, blocks, launch.stream, arguments),
        "launch the input's gradient of the convolution");
}

} // namespace kernelscope::cuda::conv_direct
