// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Two-dimensional convolution (as all of deep learning, a cross-correlation: the kernel is not flipped).
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// out[o][y][x] = bias[o] + sum over c, i, j of weight[o][c][i][j] * in[c][y*stride + i - padding][x*stride + j -
/// padding]. Weights are OIHW: filters x input channels x kernel x kernel. Outside the input, values are zero.
struct Conv {
    int filters = 1; ///< Output channels.
    int kernel = 3;  ///< Side of the square kernel.
    int stride = 1;  ///< Step of the window in both directions.
    int padding = 0; ///< Zeros added on each of the four sides.
    bool operator==(const Conv&) const = default;
};

/// filters x ((in + 2 padding - kernel) / stride + 1) in both directions, rounded down.
/// Throws LayerError when a field is out of range or the kernel is larger than the padded input.
Shape outputShape(const Conv& layer, Shape in);

/// Weights, filters x channels x kernel x kernel, and bias, filters.
std::vector<ParameterShape> parameterShapes(const Conv& layer, Shape in);

/// One multiplication and addition for every weight at every output position.
std::int64_t multiplyAdds(const Conv& layer, Shape in);

} // namespace kernelscope
