// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/field_limits.h"

#include "editor/network_outline.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace kernelscope {
namespace {

/// Tries values of one field.
class Trial {
public:
    Trial(const Network& network, std::size_t layer, const LayerField& field)
        : m_network(network),
          m_layer(layer),
          m_field(field),
          m_original(network.layers[layer]) {}

    /// Layers that fit with a value.
    std::size_t fitting(int value) {
        m_network.layers[m_layer] = withValue(m_original, m_field, value);
        return fittingLayers(m_network);
    }

private:
    Network m_network;
    std::size_t m_layer;
    const LayerField& m_field;
    Layer m_original;
};

/// The last value from `good` towards `end` with which at least `needed` layers fit. Windows and tensors only grow, or
/// only shrink, with a field, so what fits is one range, and halving finds its end.
int furthest(Trial& trial, int good, int end, std::size_t needed) {
    if (trial.fitting(end) >= needed)
        return end;
    int bad = end;
    while (std::abs(bad - good) > 1) {
        const int middle = good + (bad - good) / 2;
        (trial.fitting(middle) >= needed ? good : bad) = middle;
    }
    return good;
}

int leastOf(const LayerField& field) {
    return static_cast<int>(field.least);
}

int mostOf(const LayerField& field) {
    return static_cast<int>(field.most);
}

} // namespace

std::optional<int> nearestCure(const Network& network, std::size_t layer, const LayerField& field) {
    Trial trial(network, layer, field);
    const int present = static_cast<int>(field.value(network.layers[layer]));
    if (!field.isWhole() || trial.fitting(present) != layer)
        return std::nullopt;
    const int from = std::clamp(present, leastOf(field), mostOf(field));
    if (field.scale == FieldScale::WholeRatio) {
        // Too many values to try, but fewer filters or units are only ever too small, more only ever too large.
        std::optional<int> nearest;
        for (const int end : {leastOf(field), mostOf(field)})
            if (trial.fitting(end) > layer) {
                const int cure = furthest(trial, end, from, layer + 1);
                if (!nearest || std::abs(cure - from) < std::abs(*nearest - from))
                    nearest = cure;
            }
        return nearest;
    }
    const int reach = std::max(from - leastOf(field), mostOf(field) - from);
    for (int distance = 0; distance <= reach; ++distance)
        for (const int value : {from - distance, from + distance})
            if (value >= leastOf(field) && value <= mostOf(field) && trial.fitting(value) > layer)
                return value;
    return std::nullopt;
}

FieldLimits limitsOf(const Network& network, std::size_t layer, const LayerField& field) {
    if (!field.isWhole())
        return {field.least, field.most}; // decides about no shape
    const int present = static_cast<int>(field.value(network.layers[layer]));
    Trial trial(network, layer, field);
    const std::size_t fitting = trial.fitting(present);
    int start = std::clamp(present, leastOf(field), mostOf(field));
    std::size_t needed = fitting;
    if (fitting <= layer) {
        const std::optional<int> cure = nearestCure(network, layer, field);
        if (!cure)
            return {std::min(field.least, static_cast<double>(present)),
                std::max(field.most, static_cast<double>(present))};
        start = *cure;
        needed = fitting + 1;
    }
    const int low = furthest(trial, start, leastOf(field), needed);
    const int high = furthest(trial, start, mostOf(field), needed);
    return {static_cast<double>(std::min(low, present)), static_cast<double>(std::max(high, present))};
}

std::string whyNot(const Network& network, std::size_t layer, const LayerField& field, double value) {
    Network changed = network;
    changed.layers[layer] = withValue(network.layers[layer], field, value);
    if (fittingLayers(changed) >= fittingLayers(network))
        return {};
    const NetworkOutline outline = outlineOf(changed);
    return outline.problem ? outline.problem->message : std::string();
}

} // namespace kernelscope
