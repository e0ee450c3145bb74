// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Batch normalisation on the GPU, with its activation. The twin of core/cpu/batch_norm.h.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

namespace kernelscope::cuda {

/// How a batch's values are divided among blocks and threads; see batch_norm.cu.
struct NormShape {
    unsigned channels = 0;
    unsigned area = 0;           ///< Height times width.
    unsigned blockChannels = 0;  ///< Channels that a block has side by side; a power of two.
    unsigned slices = 0;         ///< Parts that the places of a batch are cut into.
    unsigned placesPerSlice = 0; ///< In each of them.
};

/// Two sums over the values of a channel.
struct NormSums {
    double first;
    double second;
};

/// What its kernels know of a layer: its constants, and what is kept in device memory from the forward to the backward
/// pass and the update.
struct NormLayer {
    NormShape shape;
    Nonlinearity function;
    float epsilon = 0;
    const float* weights = nullptr;   ///< [channels]
    const float* bias = nullptr;      ///< [channels]
    NormSums* sums = nullptr;         ///< [slices][channels]: of values; of their squares.
    NormSums* gradientSums = nullptr; ///< [slices][channels]: of gradients; of gradients times (value - mean).
    NormSums* statistics = nullptr;   ///< [channels]: the batch's mean; its biased variance.
    float* weightGradient = nullptr;  ///< [channels]
    float* biasGradient = nullptr;    ///< [channels]
};

/// Batch norm + activation: two kernels forward (sums; values), two backward (sums of gradients; gradients).
///
/// In training, statistics are of the valid images of the batch. Places beyond get finite values, and gradients of
/// zero.
class BatchNormStep final : public CudaStep {
public:
    BatchNormStep(const StepOf<BatchNorm>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    void updateState(const Pass& pass) override;
    std::int64_t executedFlops() const override;

private:
    LaunchShape blocks(unsigned slices) const;

    StepOf<BatchNorm> m_step;
    Edge& m_in;
    Edge& m_out;
    float* m_running; ///< Means of all channels, then their variances.
    NormLayer m_layer;
};

} // namespace kernelscope::cuda
