// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A layer's weights as tiles that can be looked at.
#pragma once

#include "network/plan.h"
#include "widgets/tiles.h"

#include <optional>
#include <span>

namespace kernelscope {

/// All weights of a layer, in canonical order; empty where it has none, or where the parameters are of another plan.
std::span<const float> layerWeights(const Plan& plan, std::span<const float> parameters, int layer);

/// All biases of a layer, likewise.
std::span<const float> layerBiases(const Plan& plan, std::span<const float> parameters, int layer);

/// What a batch norm does to one channel when the network is used.
struct ChannelNorm {
    float weight = 1;
    float bias = 0;
    float mean = 0;     ///< Running.
    float variance = 1; ///< Running.
};

/// Of a batch norm's channel; nothing where the values are of another plan.
std::optional<ChannelNorm> channelNorm(
    const Plan& plan, std::span<const float> parameters, std::span<const float> state, int layer, int channel);

/// Every kernel of a convolution: filters x input channels tiles, filter by filter.
Tiles convKernels(const Plan& plan, std::span<const float> parameters, int layer);

/// The kernels of one filter: a tile for each input channel.
Tiles filterKernels(const Plan& plan, std::span<const float> parameters, int layer, int filter);

/// The shape in which a dense layer's inputs were before they were flattened: {64, 5, 5}; flat where they never were
/// maps, as after another dense layer.
Shape unitInputShape(const Plan& plan, int layer);

/// The weights of one unit of a dense layer, laid out as unitInputShape(): a tile for each map that it reads.
Tiles unitWeights(const Plan& plan, std::span<const float> parameters, int layer, int unit);

/// The weights of all units of a dense layer: a tile of one row for each unit.
Tiles weightMatrix(const Plan& plan, std::span<const float> parameters, int layer);

} // namespace kernelscope
