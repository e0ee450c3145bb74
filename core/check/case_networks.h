// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the rows of the table are written: short names for networks of a few layers.
#pragma once

#include "check/layer_cases.h"

#include <utility>

namespace kernelscope::layer_cases {

inline std::string text(Shape s) {
    return toFullString(s);
}

/// The layers, then flatten and a dense layer with that many classes.
inline Network network(Shape input, std::vector<Layer> layers, int classes = 4) {
    layers.emplace_back(Flatten{});
    layers.emplace_back(Dense{classes});
    return {"case", input, std::move(layers)};
}

/// A convolution before which something learns, so that its data gradient is computed in training too.
inline Network afterLearning(Shape input, std::vector<Layer> layers, int classes = 4) {
    layers.insert(layers.begin(), Conv{input.channels, 1, 1, 0});
    return network(input, std::move(layers), classes);
}

} // namespace kernelscope::layer_cases
