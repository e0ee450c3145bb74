// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Flat values read as images and kernels, and what a layer's passes are given. All layers in reference/ but batch norm
/// are written for one image, for the eye: each function is the formula of its layer, and nothing is fused, blocked or
/// reordered.
#pragma once

#include "network/plan.h"

#include <cassert>
#include <cstddef>
#include <span>

namespace kernelscope::reference {

/// Values in CHW order, by channel, row and column.
template <class T>
class ImageView {
public:
    /// @param values shape.size() of them.
    ImageView(std::span<T> values, Shape shape) : m_values(values), m_shape(shape) {
        assert(values.size() == shape.size());
    }

    T& operator()(int channel, int row, int column) const {
        return m_values[(static_cast<std::size_t>(channel) * static_cast<std::size_t>(m_shape.height) +
                            static_cast<std::size_t>(row)) *
                            static_cast<std::size_t>(m_shape.width) +
                        static_cast<std::size_t>(column)];
    }

private:
    std::span<T> m_values;
    Shape m_shape;
};

/// A convolution's weights in OIHW order, by filter, input channel, row and column.
template <class T>
class KernelView {
public:
    /// @param values filters x channels x side x side.
    KernelView(std::span<T> values, int channels, int side) : m_values(values), m_channels(channels), m_side(side) {}

    T& operator()(int filter, int channel, int row, int column) const {
        const auto plane =
            static_cast<std::size_t>(filter) * static_cast<std::size_t>(m_channels) + static_cast<std::size_t>(channel);
        const auto side = static_cast<std::size_t>(m_side);
        return m_values[(plane * side + static_cast<std::size_t>(row)) * side + static_cast<std::size_t>(column)];
    }

private:
    std::span<T> m_values;
    int m_channels;
    int m_side;
};

/// What a layer's forward pass reads and writes, for one image.
template <class T>
struct Forward {
    std::span<const T> parameters; ///< The whole arena; step.weights and step.bias say where.
    std::span<const T> input;      ///< step.in
    std::span<T> output;           ///< step.out, overwritten.
};

/// What a layer's backward pass reads and writes, for one image. A "gradient" of a value is the derivative of the loss
/// with respect to it.
template <class T>
struct Backward {
    std::span<const T> parameters;
    std::span<const T> input;          ///< step.in, as in the forward pass.
    std::span<const T> output;         ///< step.out, as the forward pass left it.
    std::span<const T> outputGradient; ///< step.out
    std::span<T> inputGradient;        ///< step.in, overwritten; empty where nobody wants it.
    std::span<T> parameterGradients;   ///< The whole arena; this image's share is added to it.
};

/// A slice of an arena.
template <class T>
std::span<T> part(std::span<T> arena, Slice slice) {
    return arena.subspan(slice.offset, slice.size);
}

} // namespace kernelscope::reference
