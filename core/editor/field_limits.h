// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How far a value can go where it stands.
#pragma once

#include "editor/layer_catalogue.h"
#include "network/network.h"

#include <cstddef>
#include <optional>
#include <string>

namespace kernelscope {

/// The values that a field can have among its neighbours.
struct FieldLimits {
    double least = 0;
    double most = 0;
    bool operator==(const FieldLimits&) const = default;
};

/// The widest range of values with which no layer stops fitting: the layer itself and all behind it. In a network that
/// fits, every value of the range gives a network that fits. Where the layer itself does not fit, the range reaches
/// from the present value to those that mend it; where no value does, it is the field's own.
FieldLimits limitsOf(const Network& network, std::size_t layer, const LayerField& field);

/// The value nearest to the present one with which a layer fits that does not fit now; nothing where none does, or
/// where it fits already.
std::optional<int> nearestCure(const Network& network, std::size_t layer, const LayerField& field);

/// Why a field cannot have a value: the sentence that compile() would refuse the network with; empty where it can.
std::string whyNot(const Network& network, std::size_t layer, const LayerField& field, double value);

} // namespace kernelscope
