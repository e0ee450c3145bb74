// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What would mend a network that does not fit together, or not the data.
#pragma once

#include "network/network.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope {

/// What a network must suit.
struct DataMeasures {
    Shape shape;
    int classes = 0;
    bool operator==(const DataMeasures&) const = default;
};

/// One remedy, with the network that it gives.
struct NetworkFix {
    enum class Kind {
        InsertFlatten, ///< Before the layer.
        AddOutput,     ///< Flatten where needed, and dense with `value` units, at the end.
        ChangeField,   ///< The layer's `field` becomes `value`.
        RemoveLayer,   ///< The layer goes.
        UseDataShape,  ///< The input becomes the data's.
        UseClasses,    ///< The last dense layer gets `value` units.
    };
    Kind kind = Kind::InsertFlatten;
    std::size_t layer = 0;
    std::string field; ///< Of ChangeField: its name.
    int value = 0;
    Network network;
};

/// Remedies for the first thing that is wrong inside the network, the best first; each makes more layers fit than
/// before. Empty where the network compiles. @param classes of the data, for an output that is missing; 0: not known.
std::vector<NetworkFix> fixesOf(const Network& network, int classes);

/// The remedy where the input is not of the data's shape; nothing where it is.
std::optional<NetworkFix> inputFix(const Network& network, const DataMeasures& data);

/// The remedy where the network's outputs are not as many as the data's classes; nothing where they are, or where the
/// network does not compile.
std::optional<NetworkFix> classesFix(const Network& network, const DataMeasures& data);

/// The network with the data's shape as its input and as many outputs as the data has classes, all other layers as they
/// are; nothing where they do not fit behind such an input.
std::optional<Network> fittedTo(const Network& network, const DataMeasures& data);

/// The built-in networks that were made for images of the data's shape, in their order, with as many outputs as it has
/// classes.
std::vector<Network> presetsFor(const DataMeasures& data);

} // namespace kernelscope
