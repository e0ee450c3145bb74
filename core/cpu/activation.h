// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// An activation on the CPU, where no step before it could take it into its epilogue.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"

namespace kernelscope::cpu {

/// out = f(in), value by value; the layouts differ in nothing but their borders.
class ActivationStep final : public CpuStep {
public:
    ActivationStep(const StepOf<Activation>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;

private:
    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
    bool m_needsInputGradient;
};

} // namespace kernelscope::cpu
