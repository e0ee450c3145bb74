// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network that may not fit together yet, as far as it does.
#pragma once

#include "network/plan.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope {

/// Why a network cannot be compiled.
struct NetworkProblem {
    /// The first layer that does not fit, or the last where its output is none to end with; nothing where the network
    /// as a whole is wrong (no layers, none that learns, an impossible input).
    std::optional<std::size_t> layer;
    std::string message; ///< compile()'s sentence, naming the layer and both shapes.
};

/// What is known of a draft.
struct NetworkOutline {
    std::vector<LayerInfo> layers; ///< Of all layers before the first that does not fit; all where none is.
    std::optional<NetworkProblem> problem;

    bool compiles() const { return !problem.has_value(); }
};

/// Checks a draft by the rules of compile(), which it agrees with in every case.
NetworkOutline outlineOf(const Network& network);

/// How many layers fit, from the first on. One that holds too many values does not fit either, nor does a last one
/// whose output is not a flat vector of at least 2 values. Cheap: for trying out many values of a field.
std::size_t fittingLayers(const Network& network);

/// The shapes that the layers get: shapes[i] is what layer i reads, as far as layers fit; at least the input's.
std::vector<Shape> shapesOf(const Network& network);

} // namespace kernelscope
