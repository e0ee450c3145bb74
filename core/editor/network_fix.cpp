// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_fix.h"

#include "editor/field_limits.h"
#include "editor/network_edit.h"

#include <algorithm>

namespace kernelscope {
namespace {

using Kind = NetworkFix::Kind;
using Offset = std::vector<Layer>::difference_type;

/// Flatten where the output is none yet, and a dense layer behind the last layer.
Network withOutput(const Network& network, int units) {
    Network result = network;
    const std::vector<Shape> shapes = shapesOf(network);
    if (!shapes.back().isFlat())
        result.layers.push_back(Flatten{});
    result.layers.push_back(Dense{units});
    return result;
}

/// Fields of the layer that mend it, each by as little as possible.
void addFieldFixes(std::vector<NetworkFix>& fixes, const Network& network, std::size_t layer) {
    for (const LayerField* field : fieldsOf(network.layers[layer]))
        if (const std::optional<int> cure = nearestCure(network, layer, *field))
            fixes.push_back({Kind::ChangeField, layer, field->name, *cure,
                replaceLayer(network, layer, withValue(network.layers[layer], *field, *cure))});
}

} // namespace

std::vector<NetworkFix> fixesOf(const Network& network, int classes) {
    std::vector<NetworkFix> fixes;
    const NetworkOutline outline = outlineOf(network);
    if (outline.compiles())
        return fixes;
    const int units = std::max(classes, 2);
    const std::vector<Shape> shapes = shapesOf(network);
    const std::size_t count = network.layers.size();
    if (shapes.size() == count + 1 && (!outline.problem->layer || *outline.problem->layer + 1 == count)) {
        // All layers fit each other: what is missing is the end.
        NetworkFix fix{Kind::AddOutput, count, "", units, withOutput(network, units)};
        if (outlineOf(fix.network).compiles())
            fixes.push_back(std::move(fix));
        return fixes;
    }
    if (!outline.problem->layer)
        return fixes; // an impossible input: the data's shape mends it
    const std::size_t wrong = *outline.problem->layer;
    if (std::holds_alternative<Dense>(network.layers[wrong]) && !shapes[wrong].isFlat()) {
        Network mended = network;
        mended.layers.insert(mended.layers.begin() + static_cast<Offset>(wrong), Flatten{});
        if (fittingLayers(mended) > wrong + 1 || outlineOf(mended).compiles())
            fixes.push_back({Kind::InsertFlatten, wrong, "", 0, std::move(mended)});
    }
    addFieldFixes(fixes, network, wrong);
    if (count > 1) {
        Network without = removeLayer(network, wrong);
        const std::size_t left = fittingLayers(without);
        if (left > wrong || outlineOf(without).compiles())
            fixes.push_back({Kind::RemoveLayer, wrong, "", 0, std::move(without)});
    }
    return fixes;
}

std::optional<NetworkFix> inputFix(const Network& network, const DataMeasures& data) {
    if (network.input == data.shape)
        return std::nullopt;
    NetworkFix fix{Kind::UseDataShape, 0, "", 0, network};
    fix.network.input = data.shape;
    return fix;
}

std::optional<NetworkFix> classesFix(const Network& network, const DataMeasures& data) {
    const NetworkOutline outline = outlineOf(network);
    if (!outline.compiles() || outline.layers.back().out.channels == data.classes || data.classes < 2)
        return std::nullopt;
    const std::size_t last = network.layers.size() - 1;
    if (std::holds_alternative<Dense>(network.layers[last]))
        return NetworkFix{Kind::UseClasses, last, "", data.classes, replaceLayer(network, last, Dense{data.classes})};
    return NetworkFix{Kind::AddOutput, last + 1, "", data.classes, withOutput(network, data.classes)};
}

std::optional<Network> fittedTo(const Network& network, const DataMeasures& data) {
    Network fitted = network;
    if (const std::optional<NetworkFix> input = inputFix(fitted, data))
        fitted = input->network;
    if (const std::optional<NetworkFix> classes = classesFix(fitted, data))
        fitted = classes->network;
    const NetworkOutline outline = outlineOf(fitted);
    if (!outline.compiles() || outline.layers.back().out.channels != data.classes)
        return std::nullopt;
    return withOwnName(std::move(fitted));
}

std::vector<Network> presetsFor(const DataMeasures& data) {
    std::vector<Network> networks;
    for (const std::string& name : presetNames()) {
        const Network network = preset(name);
        if (network.input != data.shape)
            continue;
        if (std::optional<Network> fitted = fittedTo(network, data))
            networks.push_back(std::move(*fitted));
    }
    return networks;
}

} // namespace kernelscope
