// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Convolution on the GPU, with its activation and max-pool. The twin of core/cpu/conv.h.
#pragma once

#include "cuda/step.h"

namespace kernelscope::cuda {

/// Convolution + activation + max-pool in one step. Any kernel, stride and padding; outputs that the pooling never
/// reads are not computed.
///
/// Forward (conv_forward.cu): a direct convolution whose outputs are activated and pooled in registers, where the
/// pooling is of 2x2 windows side by side; a pooling of another kind is a kernel of its own behind it.
///
/// Backward: the gradient of the convolution's outputs is never stored where the pooling is 2x2 too. Both kernels
/// (conv_backward_data.cu, conv_backward_weights.cu) work it out while they load it, from the result's gradient, its
/// value (which gives the activation's slope), and the place of each window's maximum.
class ConvStep final : public CudaStep {
public:
    ConvStep(const StepOf<Conv>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    std::int64_t executedFlops() const override;

private:
    StepOf<Conv> m_step;
    Edge& m_in;
    Edge& m_out;
};

} // namespace kernelscope::cuda
