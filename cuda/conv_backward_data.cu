// SPDX-License-Identifier: GPL-3.0-or-later
// 3x3 and 5x5 kernels at stride 1, in fp32 or TF32. The gradient of the input is the convolution of the outputs'
// gradient, framed by zeros, with the kernels turned by 180 degrees: filters take the place of channels, and channels
// that of filters. So it is conv_forward.cu's direct convolution over again (device/direct_conv.cuh), with other loads:
// the outputs' gradient is worked out on its way into shared memory (device/conv_gradient.cuh), and the weights are
// turned on theirs.
#include "cuda/conv_kernels.h"
#include "cuda/device/conv_gradient.cuh"
#include "cuda/device/direct_conv.cuh"
#include "cuda/platform/error_check.h"

namespace kernelscope::cuda::conv_direct {
namespace {

struct DataArguments {
    ConvShape shape;
    DirectTiles tiles;
    ResultGradient result;
    const float* weights;
    float* inputGradients;
};

/// blockIdx: x images and tiles, y channels.
template <Precision kPrecision, int kKernel, int kOutputs>
__global__ void __launch_bounds__(256, 2) backwardDataDirect(DataArguments arguments) {
    KERNEL_DYNAMIC_SHARED(float, shared);
    constexpr int kArea = kKernel * kKernel;
    const ConvShape& shape = arguments.shape;
    const DirectTiles& tiles = arguments.tiles;
    const DirectTile tile(tiles);
    const OutputGradient gradient(shape, arguments.result, tile.image);

    const auto input = [&](int filter, int row, int column) {
        row -= kKernel - 1 - shape.top;
        column -= kKernel - 1 - shape.left;
        if (row < 0 || row >= shape.rows || column < 0 || column >= shape.columns)
            return 0.0f;
        return gradient.at(filter, row, column);
    };
    // A warp for each filter: its weights of the block's channels are neighbours.
    const auto loadWeights = [&](int first, int count, const auto& store) {
        const auto thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
        const auto warps = static_cast<int>(blockDim.x * blockDim.y) / 32;
        const int size = tiles.groups * kOutputs * kArea;
        const int inside = (shape.channels - tile.firstOutput) * kArea;
        for (int f = thread / 32; f < count; f += warps) {
            const float* from = arguments.weights + ((first + f) * shape.channels + tile.firstOutput) * kArea;
            for (int i = thread % 32; i < size; i += 32)
                store(f, kArea - 1 - i % kArea, i / kArea, i < inside ? from[i] : 0.0f);
        }
    };
    const auto finish = [&](int channel, int row, int column, const float(&sums)[4]) {
        float* plane = arguments.inputGradients + tile.image * static_cast<std::size_t>(shape.inputSize()) +
                       channel * shape.height * shape.width;
#pragma unroll
        for (int i = 0; i < 4; ++i)
            if (row + i / 2 < shape.height && column + i % 2 < shape.width)
                plane[(row + i / 2) * shape.width + column + i % 2] = sums[i];
    };
    directConvolution<kPrecision, kKernel, kOutputs>(
        shared, tiles, tile, shape.filters, shape.channels, shape.height, shape.width, input, loadWeights, finish);
}

template <int kKernel>
auto* kernelFor(Precision precision, int outputsEach) {
    if (precision == Precision::Tf32)
        return backwardDataDirect<Precision::Tf32, kKernel, 32>;
    return outputsEach == 8 ? backwardDataDirect<Precision::Fp32, kKernel, 8>
                            : backwardDataDirect<Precision::Fp32, kKernel, 4>;
}

} // namespace

void backwardData(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const ResultGradient& result,
    const float* weights, float* inputGradients) {
    const DirectWork work{launch.images, shape.filters, shape.channels, shape.height, shape.width, shape.kernel};
    const DataArguments arguments{
        shape, directTiles(work, precision, launch.multiprocessors), result, weights, inputGradients};
    const int outputsEach = arguments.tiles.outputsEach;
    checkCuda(
        launchKernel(shape.kernel == 3 ? kernelFor<3>(precision, outputsEach) : kernelFor<5>(precision, outputsEach),
            arguments.tiles.launch, launch.stream, arguments),
        "launch the input's gradient of the convolution");
}

} // namespace kernelscope::cuda::conv_direct
