// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The gradient of a convolution's outputs, worked out where it is loaded.
#pragma once

#include "cuda/conv_kernels.h"
#include "cuda/device/nonlinearity.cuh"

namespace kernelscope::cuda {

/// The gradient of a pooled window: one output has it, at row * 2 + column of the window.
struct alignas(8) PooledGradient {
    float value = 0;
    int place = 0;
};

/// One image's gradient behind its pooling and activation.
class OutputGradient {
public:
    __device__ OutputGradient(const ConvShape& shape, const ResultGradient& result, std::size_t image)
        : m_columns(shape.resultColumns()),
          m_area(shape.resultArea()),
          m_isPooled(shape.isPooled),
          m_result(result) {
        const std::size_t offset = image * static_cast<std::size_t>(shape.filters) * static_cast<std::size_t>(m_area);
        m_result.gradients += offset;
        m_result.values += offset;
        if (m_isPooled)
            m_result.arguments += offset;
    }

    /// At an output that was computed: behind a pooling only a window's maximum has a gradient.
    __device__ float at(int filter, int row, int column) const {
        if (!m_isPooled)
            return behindFunction(filter * m_area + row * m_columns + column);
        const int index = filter * m_area + row / 2 * m_columns + column / 2;
        return m_result.arguments[index] == row % 2 * 2 + column % 2 ? behindFunction(index) : 0.0f;
    }

    /// With pooling: of the window at (row, column) of the result.
    __device__ PooledGradient ofWindow(int filter, int row, int column) const {
        const int index = filter * m_area + row * m_columns + column;
        return {behindFunction(index), m_result.arguments[index]};
    }

private:
    __device__ float behindFunction(int index) const {
        const float gradient = m_result.gradients[index];
        if (m_result.function.function == Function::None)
            return gradient;
        return gradient * slopeAt(m_result.function, m_result.values[index]);
    }

    int m_columns;
    int m_area;
    bool m_isPooled;
    ResultGradient m_result;
};

} // namespace kernelscope::cuda
