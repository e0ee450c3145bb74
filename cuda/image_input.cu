// SPDX-License-Identifier: GPL-3.0-or-later
// The data set lies in device memory as bytes, so a step's images need no copy from the host: a thread for each value
// of the first edge fetches its pixel through the step's sample indices. One byte is read and four are written for a
// value, neighbours by neighbours. Augmentation only changes which byte that is: it is drawn from a counter, so every
// thread of an image draws the same again, which costs less than telling each other.
#include "cuda/image_input.h"

#include "cuda/platform/error_check.h"

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;

__global__ void takeOrder(const StepOrder* ring, std::uint32_t ringSize, StepState* state) {
    state->order = ring[state->next % ringSize];
    ++state->next;
}

/// The value of a place's image at an index in CHW order.
__device__ float pixelOf(const ImageInput& input, const std::uint8_t* image, int index, int place, std::int64_t step) {
    if (!isActive(input.augmentation))
        return static_cast<float>(image[index]) / 255.0f;
    const Augmentation how = drawAugmentation(input.augmentation, input.seed, step, static_cast<std::size_t>(place));
    const int width = input.shape.width;
    const int height = input.shape.height;
    const int line = index / width; // of all channels' rows
    const int row = sourceRow(how, line % height);
    const int column = sourceColumn(how, index % width, width);
    if (row < 0 || row >= height || column < 0 || column >= width)
        return 0;
    return static_cast<float>(image[(line - line % height + row) * width + column]) / 255.0f;
}

/// A block writes kThreads neighbouring values of one place; blockIdx.x = place * blocksPerPlace + part.
__global__ void gather(ImageInput input, const StepState* state, int size, unsigned blocksPerPlace) {
    const StepOrder& order = state->order;
    const auto place = static_cast<int>(blockIdx.x / blocksPerPlace);
    const auto index = static_cast<int>(blockIdx.x % blocksPerPlace * kThreads + threadIdx.x);
    float value = 0;
    std::uint8_t label = 0;
    if (place < order.validImages) {
        std::uint32_t sample = order.firstSample + static_cast<std::uint32_t>(place);
        if (input.samples)
            sample = input.samples[sample % input.sampleCount];
        label = input.labels[sample];
        if (index < size)
            value = pixelOf(
                input, input.pixels + std::size_t{sample} * static_cast<std::size_t>(size), index, place, order.step);
    }
    if (index < size)
        input.values[static_cast<std::size_t>(place) * static_cast<std::size_t>(size) +
                     static_cast<std::size_t>(index)] = value;
    if (index == 0)
        input.placeLabels[place] = label;
}

} // namespace

void beginStep(cudaStream_t stream, const StepOrder* ring, std::uint32_t ringSize, StepState* state) {
    checkCuda(launchKernel(takeOrder, {dim3(1), dim3(1)}, stream, ring, ringSize, state), "launch the next step");
}

void gatherImages(cudaStream_t stream, const ImageInput& input, const StepState* state, int places) {
    const auto size = static_cast<unsigned>(input.shape.size());
    const unsigned blocksPerPlace = (size + kThreads - 1) / kThreads;
    const LaunchShape shape{dim3(static_cast<unsigned>(places) * blocksPerPlace), dim3(kThreads)};
    checkCuda(launchKernel(gather, shape, stream, input, state, static_cast<int>(size), blocksPerPlace),
        "launch the fetching of images");
}

} // namespace kernelscope::cuda
