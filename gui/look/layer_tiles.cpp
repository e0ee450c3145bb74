// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/layer_tiles.h"

namespace kernelscope {
namespace {

std::span<const float> parameterOf(const Plan& plan, std::span<const float> parameters, int layer, const char* role) {
    if (parameters.size() != plan.parameterCount)
        return {};
    for (const ParameterInfo& info : plan.parameters)
        if (info.layer == layer && info.shape.role == role)
            return parameters.subspan(info.slice.offset, info.slice.size);
    return {};
}

/// One channel's value of a layer's array.
float normValue(
    const std::vector<ParameterInfo>& arrays, std::span<const float> values, int layer, const char* role, int channel) {
    for (const ParameterInfo& info : arrays)
        if (info.layer == layer && info.shape.role == role)
            return values[info.slice.offset + static_cast<std::size_t>(channel)];
    return 0;
}

/// `count` equal parts of the values; part `index` of them.
std::vector<float> part(std::span<const float> values, int count, int index) {
    const std::size_t size = values.size() / static_cast<std::size_t>(count);
    const auto from = values.subspan(size * static_cast<std::size_t>(index), size);
    return {from.begin(), from.end()};
}

} // namespace

std::span<const float> layerWeights(const Plan& plan, std::span<const float> parameters, int layer) {
    return parameterOf(plan, parameters, layer, "weight");
}

std::span<const float> layerBiases(const Plan& plan, std::span<const float> parameters, int layer) {
    return parameterOf(plan, parameters, layer, "bias");
}

std::optional<ChannelNorm> channelNorm(
    const Plan& plan, std::span<const float> parameters, std::span<const float> state, int layer, int channel) {
    if (parameters.size() != plan.parameterCount || state.size() != plan.stateCount)
        return std::nullopt;
    return ChannelNorm{normValue(plan.parameters, parameters, layer, "weight", channel),
        normValue(plan.parameters, parameters, layer, "bias", channel),
        normValue(plan.states, state, layer, "running_mean", channel),
        normValue(plan.states, state, layer, "running_var", channel)};
}

Tiles convKernels(const Plan& plan, std::span<const float> parameters, int layer) {
    const auto& conv = std::get<Conv>(plan.network.layers[static_cast<std::size_t>(layer)]);
    const std::span<const float> weights = layerWeights(plan, parameters, layer);
    return {conv.kernel, conv.kernel, {weights.begin(), weights.end()}};
}

Tiles filterKernels(const Plan& plan, std::span<const float> parameters, int layer, int filter) {
    const auto& conv = std::get<Conv>(plan.network.layers[static_cast<std::size_t>(layer)]);
    return {conv.kernel, conv.kernel, part(layerWeights(plan, parameters, layer), conv.filters, filter)};
}

Shape unitInputShape(const Plan& plan, int layer) {
    for (int before = layer - 1; before >= 0; --before) {
        const auto index = static_cast<std::size_t>(before);
        if (std::holds_alternative<Flatten>(plan.network.layers[index]))
            return plan.layers[index].in;
        // These keep every value in its place; whatever else does not.
        const Layer& held = plan.network.layers[index];
        if (!std::holds_alternative<Activation>(held) && !std::holds_alternative<Dropout>(held) &&
            !std::holds_alternative<BatchNorm>(held))
            break;
    }
    return plan.layers[static_cast<std::size_t>(layer)].in;
}

Tiles unitWeights(const Plan& plan, std::span<const float> parameters, int layer, int unit) {
    const auto& dense = std::get<Dense>(plan.network.layers[static_cast<std::size_t>(layer)]);
    const Shape shape = unitInputShape(plan, layer);
    return {shape.width, shape.height, part(layerWeights(plan, parameters, layer), dense.units, unit)};
}

Tiles weightMatrix(const Plan& plan, std::span<const float> parameters, int layer) {
    const std::span<const float> weights = layerWeights(plan, parameters, layer);
    return {plan.layers[static_cast<std::size_t>(layer)].in.channels, 1, {weights.begin(), weights.end()}};
}

} // namespace kernelscope
