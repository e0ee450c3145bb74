// SPDX-License-Identifier: GPL-3.0-or-later
// A thread for each Philox block, that is for four neighbouring values of an image: some 60 integer instructions make
// four random words, beside one load and one store of 16 bytes. So the mask is drawn again on the way back instead of
// being kept, and forward and backward are one kernel: both multiply by the same mask.
#include "cuda/dropout.h"

#include "cuda/platform/error_check.h"

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kBlockValues = 4; // of a Philox block

/// Which mask, but for what only the device knows: the step.
struct MaskStream {
    std::uint32_t key[2]; ///< The seed.
    std::uint32_t stream; ///< The layer's.
    float rate;
};

__device__ float masked(float value, std::uint32_t word, float rate) {
    return isKept(word, rate) ? value * dropoutScale(rate) : 0.0f;
}

/// to = from where the mask keeps it, scaled; else 0. See layers/dropout.h for the mask.
/// @param imageSize values of an image; @param imageBlocks Philox blocks of one; @param blocks of all images.
__global__ void applyMask(MaskStream mask, const StepState* state, const float* from, float* to, unsigned imageSize,
    unsigned imageBlocks, unsigned blocks) {
    const unsigned block = blockIdx.x * kThreads + threadIdx.x;
    if (block >= blocks)
        return;
    const unsigned image = block / imageBlocks;
    const unsigned index = block % imageBlocks;
    const PhiloxBlock words =
        philox({index, image, static_cast<std::uint32_t>(state->order.step), mask.stream}, {mask.key[0], mask.key[1]});

    const unsigned element = index * kBlockValues;
    const std::size_t at = std::size_t{image} * imageSize + element;
    if (imageSize % kBlockValues == 0) { // all blocks begin at a multiple of 16 bytes
        float4 values = *reinterpret_cast<const float4*>(from + at);
        values.x = masked(values.x, words[0], mask.rate);
        values.y = masked(values.y, words[1], mask.rate);
        values.z = masked(values.z, words[2], mask.rate);
        values.w = masked(values.w, words[3], mask.rate);
        *reinterpret_cast<float4*>(to + at) = values;
        return;
    }
#pragma unroll
    for (unsigned i = 0; i < kBlockValues; ++i)
        if (element + i < imageSize)
            to[at + i] = masked(from[at + i], words[i], mask.rate);
}

} // namespace

DropoutStep::DropoutStep(const StepOf<Dropout>& step, Edge& in, Edge& out, const Environment& environment)
    : m_layer(step.layer),
      m_layerIndex(step.firstLayer),
      m_in(in),
      m_out(out),
      m_seed(environment.seed) {}

void DropoutStep::forward(const Pass& pass) {
    if (pass.training)
        launch(pass, m_in.values, m_out.values);
    else
        checkCuda(cudaMemcpyAsync(m_out.values, m_in.values,
                      static_cast<std::size_t>(pass.images) * m_in.size() * sizeof(float), cudaMemcpyDeviceToDevice,
                      pass.stream),
            "copy the values that dropout lets pass");
}

void DropoutStep::backward(const Pass& pass) {
    if (m_in.gradients)
        launch(pass, m_out.gradients, m_in.gradients);
}

std::int64_t DropoutStep::executedFlops() const {
    return static_cast<std::int64_t>(m_in.size()) * (m_in.gradients ? 2 : 1);
}

void DropoutStep::launch(const Pass& pass, const float* from, float* to) const {
    const MaskStream mask{{static_cast<std::uint32_t>(m_seed), static_cast<std::uint32_t>(m_seed >> 32)},
        dropoutStream(m_layerIndex), m_layer.rate};
    const auto size = static_cast<unsigned>(m_in.size());
    const unsigned imageBlocks = (size + kBlockValues - 1) / kBlockValues;
    // Fewer than 2^32, which would be 64 GiB of values.
    const unsigned blocks = static_cast<unsigned>(pass.images) * imageBlocks;
    const LaunchShape shape{(blocks + kThreads - 1) / kThreads, kThreads};
    checkCuda(launchKernel(applyMask, shape, pass.stream, mask, pass.state, from, to, size, imageBlocks, blocks),
        "launch dropout");
}

} // namespace kernelscope::cuda
