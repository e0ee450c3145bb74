// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the CPU backend lays out the values between two steps.
#pragma once

#include "network/shape.h"

#include <cstddef>

namespace kernelscope::cpu {

/// A count or length of the plan's, for addresses.
constexpr std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

/// The least multiple of `unit` that is not below `value`.
constexpr std::size_t roundUp(std::size_t value, std::size_t unit) {
    return (value + unit - 1) / unit * unit;
}

/// One image's values, channels last: the values of a position lie side by side, so that a vector holds channels.
///
///     offset(c, y, x) = ((y + border) * (width + 2 * border) + x + border) * channelStride + c
///
/// Channels are padded with zeros to whole vectors, so vector loops have no tails; only the image itself, which has one
/// or three channels, is not. The border holds the zeros that a convolution with padding reads. Every loop that writes
/// a layout writes zeros, or nothing, into both.
struct Layout {
    Shape shape;
    std::size_t channelStride = 1; ///< Floats from one position to the next.
    std::size_t border = 0;        ///< Zero positions on each of the four sides.
    std::size_t slack = 0;         ///< Floats behind the last position that a vector load may touch.
    /// Rows and columns from the first that the next step reads. A pooling that rounds down reads fewer than there are;
    /// the rest is never computed and stays zero.
    std::size_t neededRows = 0;
    std::size_t neededColumns = 0;

    /// Floats from one row to the next.
    std::size_t rowStride() const { return (static_cast<std::size_t>(shape.width) + 2 * border) * channelStride; }
    /// Offset of channel 0 at a position.
    std::size_t offset(std::size_t y, std::size_t x) const {
        return (y + border) * rowStride() + (x + border) * channelStride;
    }
    /// Offset of a value by its place in canonical (CHW) order.
    std::size_t offsetOfCanonical(std::size_t index) const {
        const auto height = static_cast<std::size_t>(shape.height);
        const auto width = static_cast<std::size_t>(shape.width);
        return offset(index / width % height, index % width) + index / (width * height);
    }
    /// Floats of one image, a whole number of cache lines.
    std::size_t size() const {
        return roundUp((static_cast<std::size_t>(shape.height) + 2 * border) * rowStride() + slack, 16);
    }
};

} // namespace kernelscope::cpu
