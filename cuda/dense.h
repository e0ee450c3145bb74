// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The fully-connected layer on the GPU, with its activation. The twin of core/cpu/dense.h.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

namespace kernelscope::cuda {

/// Most units of a layer that has kernels of its own: a matrix product of the library is made for larger results.
inline constexpr int kFewUnits = 32;

/// Dense + activation. Weights are units x inputs, as in the Parameters arena; the input is read as it lies, so a
/// flatten costs nothing.
///
/// With more than kFewUnits units the three products are cuBLAS's, and two kernels do the rest: bias and activation on
/// the way forward, the activation's slope and the bias gradient on the way back. With fewer, one kernel does all of
/// the way forward, and one all of the way back (dense_few_units.cu).
class DenseStep final : public CudaStep {
public:
    DenseStep(const StepOf<Dense>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    std::int64_t executedFlops() const override;

private:
    StepOf<Dense> m_step;
    Edge& m_in;
    Edge& m_out;
    Blas& m_blas;
    Nonlinearity m_function;
    int m_units;
    int m_inputs;
    bool m_hasFewUnits;
    const float* m_weights; ///< [units][inputs]
    const float* m_bias;    ///< [units]
    int m_pieces;           ///< Of the gradients: parts of the batch that are summed apart.
    int m_imagesPerPiece;
    float* m_gradients; ///< [pieces][units x inputs weights, units biases]
};

} // namespace kernelscope::cuda
