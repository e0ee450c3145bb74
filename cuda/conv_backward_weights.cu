// SPDX-License-Identifier: GPL-3.0-or-later
// 3x3 and 5x5 kernels at stride 1, in fp32. A thread has all kernel places of one channel for some filters in
// registers, 72 sums for 3x3 and 8 filters, and goes over windows of 2x2 outputs: it reads the (kernel + 1)^2 inputs
// under the window once for all its filters, then each filter's gradients of the window. The threads of a warp have
// neighbouring channels and the same window and filters, so they read gradients together and inputs from different
// banks.
//
// Behind a pooling of these windows one output of each has a gradient: the place of its maximum says which inputs are
// multiplied, a branch that the threads of a warp take together, and a filter whose maximum ReLU cut is left out. So a
// window costs 9 multiplications for a 3x3 kernel instead of 36, or none: the sums are exactly the dense ones.
//
// Blocks have different channels, filters, and pieces: a part of the images' tiles, in order. Within a block the
// threads of several slices share the windows; at the end their sums are added in the order of the slices, so every run
// gives the same bits.
#include "cuda/conv_kernels.h"
#include "cuda/device/conv_gradient.cuh"
#include "cuda/device/divisor.h"
#include "cuda/platform/error_check.h"
#include "cuda/tiling.h"

#include <algorithm>

namespace kernelscope::cuda::conv_direct {
namespace {

constexpr int kThreads = 256;     ///< Of a block at most.
constexpr int kMostChannels = 32; ///< Of a block.

/// Filters of a thread.
constexpr int filtersEach(int kernel) {
    return kernel == 3 ? 8 : 4;
}

/// How the work is dealt out. threadIdx.x is channel + channels * slice, threadIdx.y says which filters.
struct WeightTiles {
    int channels = 1; ///< Of a block.
    int groups = 1;   ///< Threads in y: filtersEach() filters each.
    int slices = 1;   ///< Threads that share the windows of a tile.
    int tileRows = 1; ///< Windows of a tile, from top to bottom.
    int tileColumns = 1;
    int across = 1; ///< Tiles of an image.
    int down = 1;
    int inputRows = 1; ///< Of a tile, of one channel.
    int inputColumns = 1;
    int inputPlane = 1; ///< Floats from channel to channel; odd, so that neighbouring channels are in different banks.
    Divisor byInputRows;
    Divisor byInputColumns;
    Divisor byTileColumns;
    Divisor byWindows;
    unsigned channelBlocks = 1;
    unsigned filterBlocks = 1;
    std::size_t sharedBytes = 0;

    __host__ __device__ int windows() const { return tileRows * tileColumns; }
};

struct WeightArguments {
    ConvShape shape;
    WeightTiles tiles;
    std::int64_t items; ///< Tiles of all images.
    const float* input;
    ResultGradient result;
    ConvPieces pieces;
};

/// The gradients of a filter's window where nothing is pooled.
struct alignas(16) WindowGradient {
    float values[4];
};

/// The gradient of a window whose upper left output is (row, column), outputs beyond the image counting as zero.
__device__ void loadGradient(
    PooledGradient& to, const ConvShape& shape, const OutputGradient& from, int filter, int row, int column) {
    const bool isInside = row < shape.rows && column < shape.columns;
    to = isInside ? from.ofWindow(filter, row / 2, column / 2) : PooledGradient{};
}

__device__ void loadGradient(
    WindowGradient& to, const ConvShape& shape, const OutputGradient& from, int filter, int row, int column) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const int y = row + i / 2;
        const int x = column + i % 2;
        to.values[i] = y < shape.rows && x < shape.columns ? from.at(filter, y, x) : 0.0f;
    }
}

/// The sums of one filter and channel, and of the filter's bias.
template <int kKernel>
struct FilterSums {
    float weights[kKernel][kKernel] = {};
    float bias = 0;

    /// Adds what the output at (kRow, kColumn) of the window gives.
    template <int kRow, int kColumn>
    __device__ __forceinline__ void add(float gradient, const float (&patch)[kKernel + 1][kKernel + 1]) {
        bias += gradient;
#pragma unroll
        for (int i = 0; i < kKernel; ++i)
#pragma unroll
            for (int j = 0; j < kKernel; ++j)
                weights[i][j] = fmaf(gradient, patch[i + kRow][j + kColumn], weights[i][j]);
    }

    __device__ __forceinline__ void add(
        const PooledGradient& gradient, const float (&patch)[kKernel + 1][kKernel + 1]) {
        if (gradient.value == 0) // but not where it is not a number
            return;
        switch (gradient.place) {
        case 0:
            return add<0, 0>(gradient.value, patch);
        case 1:
            return add<0, 1>(gradient.value, patch);
        case 2:
            return add<1, 0>(gradient.value, patch);
        default:
            return add<1, 1>(gradient.value, patch);
        }
    }

    __device__ __forceinline__ void add(
        const WindowGradient& gradient, const float (&patch)[kKernel + 1][kKernel + 1]) {
        add<0, 0>(gradient.values[0], patch);
        add<0, 1>(gradient.values[1], patch);
        add<1, 0>(gradient.values[2], patch);
        add<1, 1>(gradient.values[3], patch);
    }
};

/// Adds up what the slices of a block have, and writes it to the piece.
/// @param shared (kKernel^2 + 1) floats for each thread.
template <int kKernel, int kFilters>
__device__ void writePiece(float* shared, const WeightArguments& arguments, int firstChannel, int firstFilter,
    const FilterSums<kKernel> (&sums)[kFilters]) {
    constexpr int kArea = kKernel * kKernel;
    const ConvShape& shape = arguments.shape;
    const WeightTiles& tiles = arguments.tiles;
    float* piece =
        arguments.pieces.values + std::size_t{blockIdx.z} * static_cast<std::size_t>(shape.weights() + shape.filters);
    const auto threads = static_cast<int>(blockDim.x * blockDim.y);
    const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
#pragma unroll
    for (int f = 0; f < kFilters; ++f) { // so that the sums stay in registers
        __syncthreads();
#pragma unroll
        for (int place = 0; place < kArea; ++place)
            shared[place * threads + thread] = sums[f].weights[place / kKernel][place % kKernel];
        shared[kArea * threads + thread] = sums[f].bias;
        __syncthreads();
        // One weight after the other, a channel's places being neighbours in the piece; behind them the biases.
        const int weights = tiles.channels * kArea;
        for (int i = thread; i < tiles.groups * (weights + 1); i += threads) {
            const int group = i / (weights + 1);
            const int weight = i % (weights + 1);
            const int filter = firstFilter + group * kFilters + f;
            const bool isBias = weight == weights;
            const int channel = isBias ? 0 : weight / kArea;
            if (filter >= shape.filters || firstChannel + channel >= shape.channels)
                continue;
            const float* from =
                shared + (isBias ? kArea : weight % kArea) * threads + group * static_cast<int>(blockDim.x) + channel;
            float sum = from[0];
            for (int slice = 1; slice < tiles.slices; ++slice)
                sum += from[slice * tiles.channels];
            if (!isBias)
                piece[(filter * shape.channels + firstChannel) * kArea + weight] = sum;
            else if (firstChannel == 0)
                piece[shape.weights() + filter] = sum;
        }
    }
}

/// blockIdx: x channels, y filters, z pieces.
template <int kKernel, int kFilters, class Gradient>
__global__ void __launch_bounds__(kThreads) backwardWeightsDirect(WeightArguments arguments) {
    KERNEL_DYNAMIC_SHARED(float, shared);
    constexpr int kPatch = kKernel + 1;
    const ConvShape& shape = arguments.shape;
    const WeightTiles& tiles = arguments.tiles;
    const int firstChannel = static_cast<int>(blockIdx.x) * tiles.channels;
    const int channels = min(tiles.channels, shape.channels - firstChannel);
    const int firstFilter = static_cast<int>(blockIdx.y) * tiles.groups * kFilters;
    const int filters = tiles.groups * kFilters;
    auto* const gradients = reinterpret_cast<Gradient*>(shared); // [filters][windows]
    float* const inputs = shared + filters * tiles.windows() * static_cast<int>(sizeof(Gradient) / sizeof(float));

    const auto threads = static_cast<int>(blockDim.x * blockDim.y);
    const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
    const int slice = static_cast<int>(threadIdx.x) / tiles.channels;
    const int ownChannel = static_cast<int>(threadIdx.x) % tiles.channels;
    const int channel = ownChannel < channels ? ownChannel : 0; // in the last block some have none, and repeat one

    FilterSums<kKernel> sums[kFilters];
    const std::int64_t end = arguments.items * (blockIdx.z + 1) / arguments.pieces.count;
    for (std::int64_t item = arguments.items * blockIdx.z / arguments.pieces.count; item < end; ++item) {
        const int perImage = tiles.across * tiles.down;
        const auto image = static_cast<std::size_t>(item / perImage);
        const auto tile = static_cast<int>(item % perImage);
        const int firstRow = tile / tiles.across * tiles.tileRows * 2;
        const int firstColumn = tile % tiles.across * tiles.tileColumns * 2;

        __syncthreads(); // everyone is through with the tile before
        const OutputGradient from(shape, arguments.result, image);
        for (int i = thread; i < filters * tiles.windows(); i += threads) {
            const int filter = tiles.byWindows.quotient(i);
            const int window = tiles.byWindows.remainder(i, filter);
            const int row = tiles.byTileColumns.quotient(window);
            const int column = tiles.byTileColumns.remainder(window, row);
            gradients[i] = Gradient{};
            if (firstFilter + filter < shape.filters)
                loadGradient(
                    gradients[i], shape, from, firstFilter + filter, firstRow + 2 * row, firstColumn + 2 * column);
        }
        const float* pixels = arguments.input + image * static_cast<std::size_t>(shape.inputSize()) +
                              firstChannel * shape.height * shape.width;
        for (int i = thread; i < channels * tiles.inputRows * tiles.inputColumns; i += threads) {
            const int line = tiles.byInputColumns.quotient(i); // of all channels' rows
            const int of = tiles.byInputRows.quotient(line);
            const int inTile = tiles.byInputRows.remainder(line, of);
            const int inLine = tiles.byInputColumns.remainder(i, line);
            const int row = firstRow + inTile - shape.top;
            const int column = firstColumn + inLine - shape.left;
            const bool isInside = row >= 0 && row < shape.height && column >= 0 && column < shape.width;
            inputs[of * tiles.inputPlane + inTile * tiles.inputColumns + inLine] =
                isInside ? pixels[(of * shape.height + row) * shape.width + column] : 0.0f;
        }
        __syncthreads();

        for (int window = slice; window < tiles.windows(); window += tiles.slices) {
            const int row = tiles.byTileColumns.quotient(window);
            const int column = tiles.byTileColumns.remainder(window, row);
            const float* corner = inputs + channel * tiles.inputPlane + 2 * row * tiles.inputColumns + 2 * column;
            float patch[kPatch][kPatch];
#pragma unroll
            for (int i = 0; i < kPatch; ++i)
#pragma unroll
                for (int j = 0; j < kPatch; ++j)
                    patch[i][j] = corner[i * tiles.inputColumns + j];
            const Gradient* own = gradients + static_cast<int>(threadIdx.y) * kFilters * tiles.windows() + window;
#pragma unroll
            for (int f = 0; f < kFilters; ++f)
                sums[f].add(own[f * tiles.windows()], patch);
        }
    }
    writePiece<kKernel, kFilters>(shared, arguments, firstChannel, firstFilter, sums);
}

/// Sizes that follow from the number of windows in a tile and of threads.
void measure(WeightTiles& tiles, const ConvShape& shape) {
    const int gradientFloats = shape.isPooled ? 2 : 4;
    tiles.inputRows = 2 * tiles.tileRows + shape.kernel - 1;
    tiles.inputColumns = 2 * tiles.tileColumns + shape.kernel - 1;
    tiles.inputPlane = tiles.inputRows * tiles.inputColumns | 1;
    tiles.slices = std::clamp(kThreads / (tiles.channels * tiles.groups), 1, tiles.windows());
    const int work =
        tiles.channels * tiles.inputPlane + tiles.groups * filtersEach(shape.kernel) * tiles.windows() * gradientFloats;
    const int ending = (shape.kernel * shape.kernel + 1) * tiles.channels * tiles.slices * tiles.groups;
    tiles.sharedBytes = static_cast<std::size_t>(std::max(work, ending)) * sizeof(float);
}

/// @param images of a whole batch.
WeightTiles weightTiles(const ConvLaunch& launch, const ConvShape& shape) {
    constexpr int widestTile = 8;    // windows
    constexpr int largestTile = 128; // windows
    const int windowRows = parts(shape.rows, 2);
    const int windowColumns = parts(shape.columns, 2);
    WeightTiles tiles;
    tiles.channels = std::min(shape.channels, kMostChannels);
    tiles.groups = std::min(parts(shape.filters, filtersEach(shape.kernel)), kThreads / tiles.channels);
    // Tiles of equal size, as large as fits: they overlap by kernel - 1 rows and columns.
    tiles.across = parts(windowColumns, widestTile);
    tiles.tileColumns = parts(windowColumns, tiles.across);
    for (tiles.down = parts(windowRows, largestTile / tiles.tileColumns);; ++tiles.down) {
        tiles.tileRows = parts(windowRows, tiles.down);
        measure(tiles, shape);
        if (tiles.sharedBytes <= kSharedFloats * sizeof(float) || tiles.tileRows == 1)
            break;
    }
    // Many filters' gradients do not fit, whatever the tile.
    while (tiles.sharedBytes > kSharedFloats * sizeof(float) && tiles.groups > 1) {
        tiles.groups = parts(tiles.groups, 2);
        measure(tiles, shape);
    }
    const auto blocks = [&] {
        return std::int64_t{launch.images} * tiles.across * tiles.down * parts(shape.channels, tiles.channels) *
               parts(shape.filters, tiles.groups * filtersEach(shape.kernel));
    };
    while (tiles.groups > 1 && blocks() < launch.multiprocessors)
        tiles.groups = parts(tiles.groups, 2);
    measure(tiles, shape);
    tiles.byInputRows = Divisor(tiles.inputRows);
    tiles.byInputColumns = Divisor(tiles.inputColumns);
    tiles.byTileColumns = Divisor(tiles.tileColumns);
    tiles.byWindows = Divisor(tiles.windows());
    tiles.channelBlocks = static_cast<unsigned>(parts(shape.channels, tiles.channels));
    tiles.filterBlocks = static_cast<unsigned>(parts(shape.filters, tiles.groups * filtersEach(shape.kernel)));
    return tiles;
}

template <int kKernel>
auto* kernelFor(const ConvShape& shape) {
    constexpr int filters = filtersEach(kKernel);
    return shape.isPooled ? backwardWeightsDirect<kKernel, filters, PooledGradient>
                          : backwardWeightsDirect<kKernel, filters, WindowGradient>;
}

} // namespace

int pieceCount(const ConvLaunch& launch, const ConvShape& shape) {
    const WeightTiles tiles = weightTiles(launch, shape);
    const auto blocks = static_cast<std::int64_t>(tiles.channelBlocks) * tiles.filterBlocks;
    const std::int64_t enough = (launch.multiprocessors + blocks - 1) / blocks;
    return static_cast<int>(std::min(enough, std::int64_t{launch.images} * tiles.across * tiles.down));
}

void backwardWeights(const ConvLaunch& launch, const ConvShape& shape, const float* input, const ResultGradient& result,
    const ConvPieces& pieces) {
    const WeightTiles tiles = weightTiles(launch, shape);
    const WeightArguments arguments{
        shape, tiles, std::int64_t{launch.images} * tiles.across * tiles.down, input, result, pieces};
    const LaunchShape blocks{dim3(tiles.channelBlocks, tiles.filterBlocks, static_cast<unsigned>(pieces.count)),
        dim3(static_cast<unsigned>(tiles.channels * tiles.slices), static_cast<unsigned>(tiles.groups)),
        tiles.sharedBytes};
    checkCuda(
        launchKernel(shape.kernel == 3 ? kernelFor<3>(shape) : kernelFor<5>(shape), blocks, launch.stream, arguments),
        "launch the weights' gradient of the convolution");
}

} // namespace kernelscope::cuda::conv_direct
