// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The fully-connected layer on the CPU, with its activation.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"

namespace kernelscope::cpu {

/// Dense + activation. Weights are units x inputs, with the inputs in the order of the input's layout: so what comes
/// from a convolution, channels last, is read as it lies, and a flatten costs nothing.
class DenseStep final : public CpuStep {
public:
    DenseStep(const StepOf<Dense>& step, Edge& in, Edge& out, const Environment& environment);

    bool isPerImage() const override { return false; }
    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;
    void reduceGradients(int part, std::size_t images, bool first, bool last) override;
    std::vector<ParameterRange> ownedParameters(int part) const override;

private:
    DenseMatrices matrices(IndexRange images, int thread) const;
    /// Calls use(image, vectors, stride) for results that lie side by side, `vectors` of them from an image on: all
    /// images', or each alone where a convolution that follows wants zeros around them.
    template <class Use>
    void forEachStretch(IndexRange images, const Use& use) const;

    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
    bool m_needsInputGradient;
    std::size_t m_units;
    std::size_t m_inputs;     ///< Floats of a unit's weights, as the input's layout has them,
    std::size_t m_realInputs; ///< and without its padding.
    std::size_t m_weights;    ///< Offsets in the arenas.
    std::size_t m_bias;
};

} // namespace kernelscope::cpu
