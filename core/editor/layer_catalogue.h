// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What an editor offers: every kind of layer with the values that a person may change. A new layer is one entry of the
/// table in layer_catalogue.cpp; whatever edits networks learns of it from there.
#pragma once

#include "layers/layer.h"

#include <functional>
#include <string>
#include <vector>

namespace kernelscope {

/// How a value is spread over a slider.
enum class FieldScale {
    Whole,      ///< Whole numbers at equal distances.
    WholeRatio, ///< Whole numbers whose ratio matters: 8, 16, 32, 64.
    Real,       ///< Numbers at equal distances.
    RealRatio,  ///< Numbers whose ratio matters: 1e-5, 1e-4.
    Choice,     ///< An index into `choices`.
};

/// One value of a layer that a person may change.
struct LayerField {
    std::string name;  ///< As in JSON: "kernel".
    std::string label; ///< For people, in English: "Kernel size". Views translate it, as the next two.
    std::string tip;   ///< One or two sentences about what it does.
    FieldScale scale = FieldScale::Whole;
    double least = 0; ///< The layer's own range, whatever stands around it.
    double most = 0;
    double step = 1;
    std::vector<std::string> choices; ///< Of a Choice, in English.
    std::function<double(const Layer&)> value;
    std::function<void(Layer&, double)> setValue;
    /// Whether the layer as it is has this value at all (a slope is only a leaky ReLU's).
    std::function<bool(const Layer&)> applies;

    bool isWhole() const { return scale == FieldScale::Whole || scale == FieldScale::WholeRatio; }
};

/// One kind of layer.
struct LayerKind {
    std::string name;  ///< As in JSON: "conv".
    std::string label; ///< For people, in English: "Convolution".
    std::string tip;   ///< One sentence about what it is for.
    Layer fresh;       ///< As it is added.
    std::vector<LayerField> fields;
};

/// All kinds, in the order in which a network usually has them; one entry for each alternative of Layer.
const std::vector<LayerKind>& layerCatalogue();

/// The entry of a layer's kind.
const LayerKind& kindOf(const Layer& layer);

/// The fields that apply to a layer as it is.
std::vector<const LayerField*> fieldsOf(const Layer& layer);

/// The field of that name, or null where the layer has none (now).
const LayerField* findField(const Layer& layer, const std::string& name);

/// A copy with another value; a whole field's is rounded. Nothing is checked: see field_limits.h.
Layer withValue(const Layer& layer, const LayerField& field, double value);

} // namespace kernelscope
