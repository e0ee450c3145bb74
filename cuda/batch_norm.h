// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Batch normalisation on the GPU, with its activation. The twin of core/cpu/batch_norm.h.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

namespace kernelscope::cuda {

/// How the threads of a block divide the values of a slice of the images; see batch_norm.cu.
struct NormShape {
    int channels = 0;       ///< Of the edge.
    int area = 0;           ///< Height times width.
    int blockChannels = 0;  ///< Channels that a block works on side by side.
    int slices = 0;         ///< Parts that the places are cut into.
    int placesPerSlice = 0; ///< Of a batch.
};

/// What a batch norm keeps in device memory from its forward to its backward pass.
struct NormMemory {
    double2* sums = nullptr;         ///< [slices][channels]: of values, and of their squares.
    double2* gradientSums = nullptr; ///< [slices][channels]: of gradients, and of gradients times (value - mean).
    double2* statistics = nullptr;   ///< [channels]: mean and biased variance of the batch.
    float* weightGradient = nullptr; ///< [channels]
    float* biasGradient = nullptr;   ///< [channels]
};

/// Batch norm + activation, over the valid images of the batch: two kernels forward (sums; values), two backward.
class BatchNormStep final : public CudaStep {
public:
    BatchNormStep(const StepOf<BatchNorm>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    void updateState(const Pass& pass) override;
    std::int64_t executedFlops() const override;

private:
    StepOf<BatchNorm> m_step;
    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
    NormShape m_shape;
    NormMemory m_memory;
    const float* m_weights; ///< [channels]
    const float* m_bias;    ///< [channels]
    float* m_running;       ///< Means of all channels, then their variances.
};

} // namespace kernelscope::cuda
