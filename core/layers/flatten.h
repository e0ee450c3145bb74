// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From channels of pixels to one vector.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// The same values in the same (CHW) order, read as a vector.
struct Flatten {
    bool operator==(const Flatten&) const = default;
};

/// {in.size(), 1, 1}.
Shape outputShape(const Flatten& layer, Shape in);

/// Nothing is learnt.
std::vector<ParameterShape> parameterShapes(const Flatten& layer, Shape in);

/// None.
std::int64_t multiplyAdds(const Flatten& layer, Shape in);

} // namespace kernelscope
