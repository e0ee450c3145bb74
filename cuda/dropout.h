// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Dropout on the GPU. The twin of core/cpu/dropout.h.
#pragma once

#include "cuda/step.h"

namespace kernelscope::cuda {

/// No mask is kept: a Philox block is drawn again for the gradients, which costs less than its four bytes would. When
/// the network is only used, values are copied.
class DropoutStep final : public CudaStep {
public:
    DropoutStep(const StepOf<Dropout>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::int64_t executedFlops() const override;

private:
    void launch(const Pass& pass, const float* from, float* to) const;

    Dropout m_layer;
    int m_layerIndex; ///< In the network: every dropout layer draws from a stream of its own.
    Edge& m_in;
    Edge& m_out;
    std::uint64_t m_seed;
};

} // namespace kernelscope::cuda
