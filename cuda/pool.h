// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pooling on the GPU, where it is a step of its own. The twin of core/cpu/pool.h.
#pragma once

#include "cuda/step.h"

#include <cstdint>

namespace kernelscope::cuda {

/// The windows of a pooling over planes of values. A plane is a channel of an image, row by row without gaps.
struct PoolWindows {
    int size = 2;
    int stride = 2;
    int height = 1; ///< Of the input.
    int width = 1;
    int rows = 1; ///< Windows, from top to bottom.
    int columns = 1;
};

/// Max or average pooling.
class PoolStep final : public CudaStep {
public:
    PoolStep(const StepOf<Pool>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::int64_t executedFlops() const override;

private:
    PoolWindows m_windows;
    bool m_isMaximum; ///< Else the average.
    bool m_needsInputGradient;
    std::size_t m_channels;
    Edge& m_in;
    Edge& m_out;
    std::uint16_t* m_arguments = nullptr; ///< Max: place of each maximum in its window; see forwardMaxPool().
};

/// The greatest value of each window, and its place there, row * size + column; of equals the first.
/// @param values [planes][height][width]; @param result [planes][rows][columns]; @param arguments the same; null where
/// nobody asks for the places.
void forwardMaxPool(cudaStream_t stream, const PoolWindows& windows, std::size_t planes, const float* values,
    float* result, std::uint16_t* arguments);

/// Gradients of all values from those of the result: each is the sum over the windows whose maximum the value is, in
/// row-major order of the windows.
void backwardMaxPool(cudaStream_t stream, const PoolWindows& windows, std::size_t planes, const float* resultGradients,
    const std::uint16_t* arguments, float* gradients);

} // namespace kernelscope::cuda
