// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The shape of one image's values, and a host tensor of that shape.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kernelscope {

/// Channels, height and width of one image's values; a flat vector of n values is {n, 1, 1}.
/// Values are stored channel by channel, row by row (CHW).
struct Shape {
    int channels = 1;
    int height = 1;
    int width = 1;

    /// Number of values: channels * height * width.
    constexpr std::size_t size() const {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    /// Whether the shape is a plain vector, as a flatten or dense layer makes it.
    constexpr bool isFlat() const { return height == 1 && width == 1; }
    constexpr bool operator==(const Shape&) const = default;
};

/// "32x13x13", also where it is flat: "1600x1x1". For messages about images.
inline std::string toFullString(const Shape& s) {
    return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x" + std::to_string(s.width);
}

/// "32x13x13" (channels x height x width), or "1600" for a flat shape.
inline std::string toString(const Shape& s) {
    return s.isFlat() ? std::to_string(s.channels) : toFullString(s);
}

/// A host value: shape and CHW values. values.size() == shape.size().
struct Tensor {
    Shape shape;
    std::vector<float> values;
};

} // namespace kernelscope
