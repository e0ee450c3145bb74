// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Element-wise non-linearities.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// Which function.
enum class ActivationKind {
    Relu, ///< max(0, x); gradient 0 at x <= 0.
    Tanh, ///< Hyperbolic tangent; gradient 1 - y^2.
};

/// out = f(in), value by value.
struct Activation {
    ActivationKind kind = ActivationKind::Relu;
    bool operator==(const Activation&) const = default;
};

/// The same shape.
Shape outputShape(const Activation& layer, Shape in);

/// Nothing is learnt.
std::vector<ParameterShape> parameterShapes(const Activation& layer, Shape in);

/// None.
std::int64_t multiplyAdds(const Activation& layer, Shape in);

} // namespace kernelscope
