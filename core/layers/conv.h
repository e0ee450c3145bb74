// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Two-dimensional convolution (as all of deep learning, a cross-correlation: the kernel is not flipped).
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// The zeros around a convolution's input.
class Padding {
public:
    /// So many on each of the four sides.
    constexpr Padding(int zeros = 0) : m_zeros(zeros) {}

    /// As many as give in / stride outputs, rounded up, in both directions: "same" in Keras. Where they cannot be
    /// divided evenly, the one more is at the bottom and on the right.
    static constexpr Padding same() {
        Padding padding;
        padding.m_isSame = true;
        return padding;
    }

    constexpr bool isSame() const { return m_isSame; }
    /// On each side; 0 where isSame(): then the input's size decides, see zerosAlong().
    constexpr int zeros() const { return m_zeros; }
    constexpr bool operator==(const Padding&) const = default;

private:
    int m_zeros = 0;
    bool m_isSame = false;
};

/// out[o][y][x] = bias[o] + sum over c, i, j of weight[o][c][i][j] * in[c][y*stride + i - top][x*stride + j - left],
/// with `top` and `left` zeros of padding before the input. Weights are OIHW: filters x input channels x kernel x
/// kernel. Outside the input, values are zero.
struct Conv {
    int filters = 1; ///< Output channels.
    int kernel = 3;  ///< Side of the square kernel.
    int stride = 1;  ///< Step of the window in both directions.
    Padding padding; ///< A number, or Padding::same().
    bool operator==(const Conv&) const = default;
};

/// Zeros before and behind the input in one direction: above and below it, or on its left and its right.
struct PaddedEnds {
    int before = 0;
    int behind = 0;
};

/// The padding in the direction in which the input has `size` values. "Same" adds (out - 1) * stride + kernel - size
/// zeros in all, which is never as much as the kernel.
constexpr PaddedEnds zerosAlong(const Conv& layer, int size) {
    if (!layer.padding.isSame())
        return {layer.padding.zeros(), layer.padding.zeros()};
    const int out = (size + layer.stride - 1) / layer.stride;
    const int needed = (out - 1) * layer.stride + layer.kernel - size;
    const int all = needed > 0 ? needed : 0;
    return {all / 2, all - all / 2};
}

/// filters x ((in + 2 padding - kernel) / stride + 1) in both directions, rounded down; with "same" padding filters x
/// (in / stride) rounded up. Throws LayerError when a field is out of range or the kernel is larger than the padded
/// input.
Shape outputShape(const Conv& layer, Shape in);

/// Weights, filters x channels x kernel x kernel, and bias, filters.
std::vector<ParameterShape> parameterShapes(const Conv& layer, Shape in);

/// One multiplication and addition for every weight at every output position.
std::int64_t multiplyAdds(const Conv& layer, Shape in);

} // namespace kernelscope
