// SPDX-License-Identifier: GPL-3.0-or-later
// A dense layer of at most 32 units, such as the classes. Its weights fit into the caches, even into registers, so all
// that matters is how few launches there are and how many threads work.
//
// Forward: a warp for each output. Its 32 lanes multiply neighbouring inputs by neighbouring weights (two loads a
// multiplication, served by the first-level cache for all but the first warp) and add up what they have by shuffles.
//
// Backward: a thread for each input i of a piece of the batch. It keeps the weights to that input and the sums of their
// gradients in registers, one of each for each unit. Then it walks through the piece's images: one load of the
// input gives all units' weight gradients, and one store takes the input's gradient. The outputs' gradients, times the
// activation's slope, are the same for all inputs and lie in shared memory, 16 images at a time; the first block adds
// them up for the biases too. So each value is read once, for 4 floating-point operations a unit.
#include "cuda/dense_few_units.h"

#include "cuda/device/nonlinearity.cuh"
#include "cuda/platform/error_check.h"

#include <algorithm>

namespace kernelscope::cuda {
namespace {

constexpr unsigned kLanes = 32;
constexpr unsigned kAllLanes = 0xffffffff;
constexpr unsigned kForwardThreads = 128;
constexpr unsigned kBackwardThreads = 64;
constexpr int kImagesAtOnce = 16;

/// The sum over the lanes of a warp, in every lane: halves are exchanged until all lanes have all.
__device__ float sumOverWarp(float value) {
    for (unsigned apart = kLanes / 2; apart > 0; apart /= 2)
        value += __shfl_xor_sync(kAllLanes, value, apart);
    return value;
}

__global__ void fewUnitsForward(DenseFewUnits a, unsigned outputs) {
    const unsigned output = (blockIdx.x * kForwardThreads + threadIdx.x) / kLanes; // image * units + unit
    if (output >= outputs)                                                         // the whole warp
        return;
    const unsigned lane = threadIdx.x % kLanes;
    const auto units = static_cast<unsigned>(a.units);
    const auto inputs = static_cast<unsigned>(a.inputs);
    const float* input = a.input + std::size_t{output / units} * inputs;
    const float* weights = a.weights + std::size_t{output % units} * inputs;
    float sum = 0;
    for (unsigned i = lane; i < inputs; i += kLanes)
        sum += weights[i] * input[i];
    sum = sumOverWarp(sum);
    if (lane == 0)
        a.output[output] = activate(a.function, sum + a.bias[output % units]);
}

/// @tparam Units of the layer, rounded up so that they stay in registers; what is beyond is zero.
template <unsigned Units>
__global__ void fewUnitsBackward(DenseFewUnits a, unsigned images) {
    KERNEL_SHARED(float, gradients, [kImagesAtOnce][Units]);
    const auto units = static_cast<unsigned>(a.units);
    const auto inputs = static_cast<unsigned>(a.inputs);
    const unsigned input = blockIdx.x * kBackwardThreads + threadIdx.x;
    const unsigned piece = blockIdx.y;
    const auto piecesImages = static_cast<unsigned>(a.gradients.imagesPerPiece);
    const unsigned last = min(images, (piece + 1) * piecesImages);

    float weights[Units];
    float sums[Units];
    float biasSum = 0;
#pragma unroll
    for (unsigned u = 0; u < Units; ++u) {
        weights[u] = input < inputs && u < units ? a.weights[std::size_t{u} * inputs + input] : 0;
        sums[u] = 0;
    }
    for (unsigned first = piece * piecesImages; first < last; first += kImagesAtOnce) {
        for (unsigned i = threadIdx.x; i < kImagesAtOnce * Units; i += kBackwardThreads) {
            const unsigned image = first + i / Units;
            const unsigned unit = i % Units;
            const std::size_t at = std::size_t{image} * units + unit;
            const bool exists = image < last && unit < units;
            gradients[i / Units][unit] = exists ? a.outputGradient[at] * slopeAt(a.function, a.output[at]) : 0;
        }
        __syncthreads();
        const unsigned count = min(last - first, static_cast<unsigned>(kImagesAtOnce));
        if (input < inputs)
            for (unsigned n = 0; n < count; ++n) {
                const std::size_t at = std::size_t{first + n} * inputs + input;
                const float value = a.input[at];
                float inputGradient = 0;
#pragma unroll
                for (unsigned u = 0; u < Units; ++u) {
                    sums[u] += gradients[n][u] * value;
                    inputGradient += gradients[n][u] * weights[u];
                }
                if (a.inputGradient)
                    a.inputGradient[at] = inputGradient;
            }
        if (threadIdx.x < units)
            for (unsigned n = 0; n < count; ++n)
                biasSum += gradients[n][threadIdx.x];
        __syncthreads();
    }

    if (input < inputs)
#pragma unroll
        for (unsigned u = 0; u < Units; ++u)
            if (u < units)
                a.gradients.weights[(std::size_t{piece} * units + u) * inputs + input] = sums[u];
    if (blockIdx.x == 0 && threadIdx.x < units)
        a.gradients.bias[std::size_t{piece} * units + threadIdx.x] = biasSum;
}

int divideRoundingUp(int number, int divisor) {
    return (number + divisor - 1) / divisor;
}

} // namespace

DenseGradients divideFewUnits(int inputs, int batchSize, int multiprocessors) {
    const int blocksOfInputs = divideRoundingUp(inputs, static_cast<int>(kBackwardThreads));
    const int wanted = divideRoundingUp(2 * multiprocessors, blocksOfInputs); // two blocks for each multiprocessor
    const int most = divideRoundingUp(batchSize, kImagesAtOnce);
    DenseGradients gradients;
    gradients.imagesPerPiece = divideRoundingUp(most, std::clamp(wanted, 1, most)) * kImagesAtOnce;
    gradients.pieces = gradients.weightPieces = divideRoundingUp(batchSize, gradients.imagesPerPiece);
    return gradients;
}

void launchFewUnitsForward(const DenseFewUnits& layer, int images, cudaStream_t stream) {
    const unsigned outputs = static_cast<unsigned>(images) * static_cast<unsigned>(layer.units);
    constexpr unsigned warps = kForwardThreads / kLanes;
    checkCuda(launchKernel(
                  fewUnitsForward, LaunchShape{(outputs + warps - 1) / warps, kForwardThreads}, stream, layer, outputs),
        "launch a dense layer");
}

void launchFewUnitsBackward(const DenseFewUnits& layer, int images, cudaStream_t stream) {
    const LaunchShape shape{{static_cast<unsigned>(divideRoundingUp(layer.inputs, static_cast<int>(kBackwardThreads))),
                                static_cast<unsigned>(layer.gradients.pieces)},
        kBackwardThreads};
    const auto kernel = layer.units <= 8    ? fewUnitsBackward<8>
                        : layer.units <= 16 ? fewUnitsBackward<16>
                                            : fewUnitsBackward<kFewUnits>;
    checkCuda(
        launchKernel(kernel, shape, stream, layer, static_cast<unsigned>(images)), "launch a dense layer's gradients");
}

} // namespace kernelscope::cuda
