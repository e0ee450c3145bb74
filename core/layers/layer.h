// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Every layer that a network can have. A new layer is a struct with its rules in a file beside this one, and one more
/// alternative here; the compiler then names every place that must learn of it.
#pragma once

#include "layers/activation.h"
#include "layers/batch_norm.h"
#include "layers/conv.h"
#include "layers/dense.h"
#include "layers/dropout.h"
#include "layers/flatten.h"
#include "layers/pool.h"

#include <variant>

namespace kernelscope {

/// One layer of a network, as plain data.
using Layer = std::variant<Conv, Pool, Dense, Activation, Dropout, BatchNorm, Flatten>;

/// The word for a layer's kind in JSON and in names: "conv", "pool", "dense", "activation", "dropout",
/// "batchnorm", "flatten".
const char* kindName(const Layer& layer);

/// Stem of a layer's default name: its kind, but for activations "relu", "tanh", "leakyrelu", "sigmoid".
const char* nameStem(const Layer& layer);

/// A short description for people: "conv 3x3, 32 filters", "max-pool 2x2", "dense 64", "ReLU".
std::string describe(const Layer& layer);

/// The rules of layer_rules.h for whatever layer is held.
Shape outputShape(const Layer& layer, Shape in);
std::vector<ParameterShape> parameterShapes(const Layer& layer, Shape in);
/// What is learnt without a gradient; empty for all layers but batch norm.
std::vector<ParameterShape> stateShapes(const Layer& layer, Shape in);
std::int64_t multiplyAdds(const Layer& layer, Shape in);

} // namespace kernelscope
