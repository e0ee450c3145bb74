// SPDX-License-Identifier: GPL-3.0-or-later
// 3x3 and 5x5 kernels at stride 1, in fp32 or TF32: a direct convolution (device/direct_conv.cuh). A thread has a
// window of 2x2 outputs of 8 filters (or 4) in registers from the first channel to the last; there bias, activation
// and, where it is one of 2x2 windows, the pooling happen, and nothing but the result is stored. An image is read from
// device memory about once for all filters of a block, the weights once for each tile, both from the second-level cache
// mostly.
#include "cuda/conv_kernels.h"
#include "cuda/device/direct_conv.cuh"
#include "cuda/device/nonlinearity.cuh"
#include "cuda/platform/error_check.h"

namespace kernelscope::cuda::conv_direct {
namespace {

struct ForwardArguments {
    ConvShape shape;
    DirectTiles tiles;
    const float* input;
    const float* weights;
    const float* bias;
    ConvResult result;
};

/// The 4 outputs of a window, pooled or not, into one filter's plane of the result.
__device__ void storeWindow(
    const ConvShape& shape, const ConvResult& result, std::size_t plane, int row, int column, const float* values) {
    if (shape.isPooled) {
        float greatest = values[0];
        int argument = 0;
#pragma unroll
        for (int i = 1; i < 4; ++i)
            if (values[i] > greatest) { // of equals the first
                greatest = values[i];
                argument = i;
            }
        const std::size_t index = plane + static_cast<std::size_t>(row / 2 * shape.resultColumns() + column / 2);
        result.values[index] = greatest;
        if (result.arguments)
            result.arguments[index] = static_cast<std::uint16_t>(argument);
        return;
    }
#pragma unroll
    for (int i = 0; i < 4; ++i)
        if (row + i / 2 < shape.rows && column + i % 2 < shape.columns)
            result.values[plane + static_cast<std::size_t>((row + i / 2) * shape.columns + column + i % 2)] = values[i];
}

/// blockIdx: x images and tiles, y filters.
template <Precision kPrecision, int kKernel, int kOutputs>
__global__ void __launch_bounds__(256, 2) forwardDirect(ForwardArguments arguments) {
    KERNEL_DYNAMIC_SHARED(float, shared);
    constexpr int kArea = kKernel * kKernel;
    const ConvShape& shape = arguments.shape;
    const DirectTiles& tiles = arguments.tiles;
    const DirectTile tile(tiles);
    const float* image = arguments.input + tile.image * static_cast<std::size_t>(shape.inputSize());

    const auto input = [&](int channel, int row, int column) {
        row -= shape.top;
        column -= shape.left;
        if (row < 0 || row >= shape.height || column < 0 || column >= shape.width)
            return 0.0f;
        return image[(channel * shape.height + row) * shape.width + column];
    };
    // A warp for each filter: the weights of a chunk of its channels are neighbours.
    const auto loadWeights = [&](int first, int count, const auto& store) {
        const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
        const auto warps = static_cast<int>(blockDim.x * blockDim.y) / 32;
        for (int o = thread / 32; o < tiles.groups * kOutputs; o += warps) {
            const int filter = tile.firstOutput + o;
            const float* from = arguments.weights + (filter * shape.channels + first) * kArea;
            for (int i = thread % 32; i < count * kArea; i += 32)
                store(i / kArea, i % kArea, o, filter < shape.filters ? from[i] : 0.0f);
        }
    };
    const auto finish = [&](int filter, int row, int column, const float(&sums)[4]) {
        const float bias = arguments.bias[filter];
        float values[4];
#pragma unroll
        for (int i = 0; i < 4; ++i)
            values[i] = activate(arguments.result.function, sums[i] + bias);
        const std::size_t plane =
            (tile.image * static_cast<std::size_t>(shape.filters) + static_cast<std::size_t>(filter)) *
            static_cast<std::size_t>(shape.resultArea());
        storeWindow(shape, arguments.result, plane, row, column, values);
    };
    directConvolution<kPrecision, kKernel, kOutputs>(
        shared, tiles, tile, shape.channels, shape.filters, shape.rows, shape.columns, input, loadWeights, finish);
}

template <int kKernel>
auto* kernelFor(Precision precision, int outputsEach) {
    if (precision == Precision::Tf32)
        return forwardDirect<Precision::Tf32, kKernel, 32>;
    return outputsEach == 8 ? forwardDirect<Precision::Fp32, kKernel, 8> : forwardDirect<Precision::Fp32, kKernel, 4>;
}

} // namespace

void forward(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const float* weights, const float* bias, const ConvResult& result) {
    const DirectWork work{launch.images, shape.channels, shape.filters, shape.rows, shape.columns, shape.kernel};
    const ForwardArguments arguments{
        shape, directTiles(work, precision, launch.multiprocessors), input, weights, bias, result};
    const int outputsEach = arguments.tiles.outputsEach;
    checkCuda(
        launchKernel(shape.kernel == 3 ? kernelFor<3>(precision, outputsEach) : kernelFor<5>(precision, outputsEach),
            arguments.tiles.launch, launch.stream, arguments),
        "launch the convolution");
}

} // namespace kernelscope::cuda::conv_direct
