// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Element-wise non-linearities.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// Which function.
enum class ActivationKind {
    Relu,      ///< max(0, x); gradient 0 at x <= 0.
    Tanh,      ///< Hyperbolic tangent; gradient 1 - y^2.
    LeakyRelu, ///< x above 0, else slope * x; gradient slope at x <= 0. A. L. Maas et al., 2013.
    Sigmoid,   ///< 1 / (1 + e^-x); gradient y * (1 - y).
};

/// out = f(in), value by value.
struct Activation {
    ActivationKind kind = ActivationKind::Relu;
    /// Of LeakyRelu alone, 0 to 1: what negative values are multiplied by. PyTorch's default ("negative_slope");
    /// Keras's is 0.3.
    float slope = 0.01f;

    /// The slope counts where it is used.
    bool operator==(const Activation& other) const {
        return kind == other.kind && (kind != ActivationKind::LeakyRelu || slope == other.slope);
    }
};

/// The same shape. Throws LayerError where the slope is out of range.
Shape outputShape(const Activation& layer, Shape in);

/// Nothing is learnt.
std::vector<ParameterShape> parameterShapes(const Activation& layer, Shape in);

/// None.
std::int64_t multiplyAdds(const Activation& layer, Shape in);

} // namespace kernelscope
