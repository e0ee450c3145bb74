// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/network_json.h"

#include "base/overloaded.h"
#include "files/atomic_file.h"
#include "files/json_fields.h"
#include "files/json_numbers.h"

#include <algorithm>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

/// Compiling looks all parameters through for each layer, which is nothing for networks that somebody trains.
constexpr std::size_t mostLayers = 1000;

float toFloat(double value) {
    return static_cast<float>(value); // of a range that was checked
}

const char* functionName(ActivationKind kind) {
    switch (kind) {
    case ActivationKind::Relu:
        return "relu";
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return "leaky-relu";
    case ActivationKind::Sigmoid:
        return "sigmoid";
    }
    return "tanh";
}

Activation activationFromJson(JsonFields& fields) {
    const std::string function = fields.choice("function", {"relu", "tanh", "leaky-relu", "sigmoid"});
    Activation activation;
    for (const ActivationKind kind :
        {ActivationKind::Relu, ActivationKind::Tanh, ActivationKind::LeakyRelu, ActivationKind::Sigmoid})
        if (function == functionName(kind))
            activation.kind = kind;
    if (activation.kind == ActivationKind::LeakyRelu && fields.has("slope"))
        activation.slope = toFloat(fields.numberBetween("slope", 0, 1));
    return activation;
}

Padding paddingFromJson(JsonFields& fields) {
    if (!fields.has("padding"))
        return 0;
    const Json& value = fields.value("padding");
    if (!value.is_string())
        return fields.integer("padding");
    if (value != "same")
        fields.fail("padding", value.dump(), "a whole number or \"same\"");
    return Padding::same();
}
const char* poolName(PoolKind kind) {
    return kind == PoolKind::Max ? "max" : "average";
}

Json layerToJson(const Layer& layer) {
    Json json{{"type", kindName(layer)}};
    std::visit(Overloaded{[&](const Conv& l) {
                              json["filters"] = l.filters;
                              json["kernel"] = l.kernel;
                              json["stride"] = l.stride;
                              if (l.padding.isSame())
                                  json["padding"] = "same";
                              else
                                  json["padding"] = l.padding.zeros();
                          },
                   [&](const Pool& l) {
                       json["kind"] = poolName(l.kind);
                       json["size"] = l.size;
                       json["stride"] = l.stride;
                   },
                   [&](const Dense& l) { json["units"] = l.units; },
                   [&](const Activation& l) {
                       json["function"] = functionName(l.kind);
                       if (l.kind == ActivationKind::LeakyRelu)
                           json["slope"] = shortestDouble(l.slope);
                   },
                   [&](const Dropout& l) { json["rate"] = shortestDouble(l.rate); },
                   [&](const BatchNorm& l) {
                       json["momentum"] = shortestDouble(l.momentum);
                       json["epsilon"] = shortestDouble(l.epsilon);
                   },
                   [](const Flatten&) {}},
        layer);
    return json;
}

Layer layerFromJson(JsonFields fields) {
    const std::string type =
        fields.choice("type", {"conv", "pool", "dense", "activation", "dropout", "batchnorm", "flatten"});
    Layer layer = Flatten{};
    if (type == "conv") {
        Conv conv;
        conv.filters = fields.integer("filters");
        conv.kernel = fields.integer("kernel");
        conv.stride = fields.integer("stride", 1);
        conv.padding = paddingFromJson(fields);
        layer = conv;
    } else if (type == "pool") {
        Pool pool;
        pool.kind = fields.choice("kind", {"max", "average"}, "max") == "max" ? PoolKind::Max : PoolKind::Average;
        pool.size = fields.integer("size");
        pool.stride = fields.integer("stride", pool.size);
        layer = pool;
    } else if (type == "dense") {
        layer = Dense{fields.integer("units")};
    } else if (type == "activation") {
        layer = activationFromJson(fields);
    } else if (type == "dropout") {
        Dropout dropout;
        if (fields.has("rate"))
            dropout.rate = toFloat(fields.numberBetween("rate", 0, 1));
        layer = dropout;
    } else if (type == "batchnorm") {
        BatchNorm norm;
        if (fields.has("momentum"))
            norm.momentum = toFloat(fields.numberBetween("momentum", 0, 1));
        if (fields.has("epsilon"))
            norm.epsilon = toFloat(fields.numberBetween("epsilon", 0, 1));
        layer = norm;
    }
    fields.finish();
    return layer;
}

} // namespace

Json toJson(const Network& network) {
    Json layers = Json::array();
    for (const Layer& layer : network.layers)
        layers.push_back(layerToJson(layer));
    return {{"format", "kernelscope-network"}, {"version", 1}, {"name", network.name},
        {"input",
            {{"channels", network.input.channels}, {"height", network.input.height}, {"width", network.input.width}}},
        {"layers", std::move(layers)}};
}

Network networkFromJson(const Json& json, const std::string& source) {
    JsonFields fields(json, "Cannot read the network", source, "");
    fields.format("kernelscope-network", 1);
    Network network;
    network.name = fields.text("name", "unnamed");
    JsonFields input = fields.object("input");
    network.input = {input.integer("channels"), input.integer("height"), input.integer("width")};
    input.finish();
    if (fields.has("layers"))
        if (const Json& layers = fields.value("layers"); layers.is_array() && layers.size() > mostLayers)
            fields.fail("layers", std::to_string(layers.size()) + " layers", "at most " + std::to_string(mostLayers));
    for (JsonFields& layer : fields.objects("layers"))
        network.layers.push_back(layerFromJson(layer));
    fields.finish();
    return network;
}

Network parseNetwork(const std::string& text, const std::string& source) {
    return networkFromJson(parseJson(text, "Cannot read the network", source), source);
}

Network openNetwork(const std::string& presetOrPath) {
    const std::vector<std::string>& presets = presetNames();
    if (std::find(presets.begin(), presets.end(), presetOrPath) != presets.end())
        return preset(presetOrPath);
    // Neither a preset nor anything that looks like a file: the list of presets helps more than "no such file".
    if (presetOrPath.find_first_of("./\\") == std::string::npos && !std::filesystem::exists(presetOrPath))
        return preset(presetOrPath);
    constexpr std::size_t limit = 16u << 20;
    return parseNetwork(readWholeFile(presetOrPath, limit), presetOrPath);
}

} // namespace kernelscope
