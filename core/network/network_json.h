// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Networks as JSON text.
///
///     {"format": "kernelscope-network", "version": 1, "name": "classic",
///      "input": {"channels": 1, "height": 28, "width": 28},
///      "layers": [{"type": "conv", "filters": 32, "kernel": 3, "stride": 1, "padding": 0},
///                 {"type": "activation", "function": "relu"}, {"type": "pool", "kind": "max", "size": 2, "stride": 2},
///                 {"type": "flatten"}, {"type": "dense", "units": 10}]}
///
/// Further layers: {"type": "dropout", "rate": 0.5}, {"type": "batchnorm", "momentum": 0.9, "epsilon": 1e-05};
/// functions: "relu", "tanh", "sigmoid", "leaky-relu" with {"slope": 0.01}; a convolution's padding is a number or
/// "same".
///
/// Unknown fields are refused, so that a misspelt one is not silently ignored; a convolution's stride (1) and padding
/// (0), a pool's kind (max) and stride (its size), a leaky ReLU's slope, a dropout's rate and a batch norm's momentum
/// and epsilon may be left out.
#pragma once

#include "network/network.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace kernelscope {

/// The network as a JSON value, every field written.
nlohmann::ordered_json toJson(const Network& network);

/// A network from a JSON value. Throws Error naming the field ("layers[3].kernel"), what was found and what was
/// expected. @param source names the file or record in messages. The network is not compiled here.
Network networkFromJson(const nlohmann::ordered_json& json, const std::string& source);

/// Parses JSON text. Throws Error as networkFromJson(), and for text that is no JSON, naming line and column.
Network parseNetwork(const std::string& text, const std::string& source);

/// A preset's name, or else the path of a JSON file. Throws Error.
Network openNetwork(const std::string& presetOrPath);

} // namespace kernelscope
