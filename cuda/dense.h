// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The fully-connected layer on the GPU, with its activation. The twin of core/cpu/dense.h.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

namespace kernelscope::cuda {

struct DenseFewUnits;

/// Where a dense layer's backward pass leaves its gradients, in pieces of so many images.
struct DenseGradients {
    float* weights = nullptr; ///< [weightPieces][units][inputs]
    float* bias = nullptr;    ///< [pieces][units]
    int weightPieces = 1;
    int pieces = 1;
    int imagesPerPiece = 1;
};

/// Dense + activation. Weights are units x inputs, as in the Parameters arena; the input is read as it lies, so a
/// flatten costs nothing.
///
/// The three products are cuBLAS's, and two kernels do the rest: bias and activation on the way forward, the
/// activation's slope and the bias gradient on the way back. With few units, such as classes, a library's product would
/// be a launch for next to nothing: there one kernel does all of the way forward, and one all of the way back. See
/// dense_few_units.h.
class DenseStep final : public CudaStep {
public:
    /// The edges must live as long as the step.
    DenseStep(const StepOf<Dense>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    std::int64_t executedFlops() const override;

private:
    LaunchShape blocks(unsigned rows) const;
    DenseFewUnits fewUnits() const;

    Slice m_weightSlice;
    Slice m_biasSlice;
    Edge& m_in;
    Edge& m_out;
    Blas& m_blas;
    Nonlinearity m_function;
    int m_units;
    int m_inputs;
    bool m_hasFewUnits;
    const float* m_weights; ///< [units][inputs]
    const float* m_bias;    ///< [units]
    DenseGradients m_gradients;
};

} // namespace kernelscope::cuda
