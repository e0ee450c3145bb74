// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_edit.h"

#include <algorithm>
#include <string_view>

namespace kernelscope {
namespace {

constexpr std::string_view editedMark = " (edited)";

using Offset = std::vector<Layer>::difference_type;

template <class L>
bool is(const Layer& layer) {
    return std::holds_alternative<L>(layer);
}

Offset offset(std::size_t index) {
    return static_cast<Offset>(index);
}

/// Whether the layer at `index` makes the class scores.
bool isOutput(const Network& network, std::size_t index) {
    return index + 1 == network.layers.size() && is<Dense>(network.layers[index]);
}

/// Where the first flatten from `from` on is; layers.size() where there is none.
std::size_t findFlatten(const Network& network, std::size_t from) {
    const auto found = std::find_if(network.layers.begin() + offset(from), network.layers.end(), is<Flatten>);
    return static_cast<std::size_t>(found - network.layers.begin());
}

/// An odd kernel that fits an image, with as much padding as keeps its size.
Conv fitted(Conv conv, const Shape& in) {
    const int side = std::min(in.height, in.width);
    if (conv.kernel > side)
        conv.kernel = std::max(1, side % 2 ? side : side - 1);
    if (!conv.padding.isSame())
        conv.padding = conv.kernel / 2;
    return conv;
}

} // namespace

InsertedLayer insertLayer(const Network& network, std::size_t at, const Layer& layer) {
    InsertedLayer result{network, std::min(at, network.layers.size()), false, false};
    std::vector<Layer>& layers = result.network.layers;
    std::size_t& index = result.index;
    const std::size_t asked = index;
    if (index == layers.size() && index > 0 && isOutput(network, index - 1))
        --index;
    const std::vector<Shape> shapes = shapesOf(network);
    const bool isKnown = index < shapes.size(); // else what comes before does not fit: no telling what would
    Layer added = layer;
    if (isKnown && (is<Conv>(layer) || is<Pool>(layer))) {
        while (index > 0 && shapes[index].isFlat() && !shapes.front().isFlat())
            --index;
        if (const Conv* conv = std::get_if<Conv>(&layer))
            added = fitted(*conv, shapes[index]);
    }
    if (isKnown && is<Dense>(layer) && !shapes[index].isFlat()) {
        const std::size_t flatten = findFlatten(network, index);
        index = std::min(flatten + 1, layers.size());
        if (flatten == layers.size() && !(shapes.size() > index && shapes[index].isFlat())) {
            layers.insert(layers.begin() + offset(index), Flatten{});
            ++index;
            result.withFlatten = true;
        }
    }
    result.isElsewhere = index != asked + (result.withFlatten ? 1 : 0);
    layers.insert(layers.begin() + offset(index), added);
    return result;
}

Network removeLayer(const Network& network, std::size_t index) {
    Network result = network;
    result.layers.erase(result.layers.begin() + offset(index));
    return result;
}

Network duplicateLayer(const Network& network, std::size_t index) {
    Network result = network;
    result.layers.insert(result.layers.begin() + offset(index) + 1, network.layers[index]);
    return result;
}

Network moveLayer(const Network& network, std::size_t from, std::size_t to) {
    Network result = removeLayer(network, from);
    result.layers.insert(result.layers.begin() + offset(to), network.layers[from]);
    return result;
}

Network replaceLayer(const Network& network, std::size_t index, const Layer& layer) {
    Network result = network;
    result.layers[index] = layer;
    return result;
}

std::string originalName(const Network& network) {
    std::string base = network.name;
    if (base.ends_with(editedMark))
        base.resize(base.size() - editedMark.size());
    return base;
}

Network withOwnName(Network network) {
    std::string base = originalName(network);
    const std::vector<std::string>& presets = presetNames();
    if (std::find(presets.begin(), presets.end(), base) == presets.end())
        return network;
    const Network original = preset(base);
    const bool isPreset = network.input == original.input && network.layers == original.layers;
    network.name = isPreset ? base : base.append(editedMark);
    return network;
}

} // namespace kernelscope
