// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// An activation on the GPU, where no step before it could take it into its epilogue. The twin of
/// core/cpu/activation.h.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

namespace kernelscope::cuda {

/// out = f(in), value by value.
class ActivationStep final : public CudaStep {
public:
    /// The edges must live as long as the step.
    ActivationStep(const StepOf<Activation>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::int64_t executedFlops() const override;

private:
    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
};

} // namespace kernelscope::cuda
