// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The fully-connected layer: a matrix product.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// out[o] = bias[o] + sum over i of weight[o][i] * in[i]. Weights are units x inputs.
struct Dense {
    int units = 10; ///< Outputs.
    bool operator==(const Dense&) const = default;
};

/// {units, 1, 1}. Throws LayerError when the input is not flat: a Flatten layer must stand before it.
Shape outputShape(const Dense& layer, Shape in);

/// Weights, units x inputs, and bias, units.
std::vector<ParameterShape> parameterShapes(const Dense& layer, Shape in);

/// units * inputs.
std::int64_t multiplyAdds(const Dense& layer, Shape in);

} // namespace kernelscope
