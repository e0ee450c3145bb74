// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/network_json.h"

#include "base/overloaded.h"
#include "files/atomic_file.h"
#include "files/json_fields.h"

#include <algorithm>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

const char* functionName(ActivationKind kind) {
    return kind == ActivationKind::Relu ? "relu" : "tanh";
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
                              json["padding"] = l.padding;
                          },
                   [&](const Pool& l) {
                       json["kind"] = poolName(l.kind);
                       json["size"] = l.size;
                       json["stride"] = l.stride;
                   },
                   [&](const Dense& l) { json["units"] = l.units; },
                   [&](const Activation& l) { json["function"] = functionName(l.kind); }, [](const Flatten&) {}},
        layer);
    return json;
}

Layer layerFromJson(JsonFields fields) {
    const std::string type = fields.choice("type", {"conv", "pool", "dense", "activation", "flatten"});
    Layer layer = Flatten{};
    if (type == "conv") {
        Conv conv;
        conv.filters = fields.integer("filters");
        conv.kernel = fields.integer("kernel");
        conv.stride = fields.integer("stride", 1);
        conv.padding = fields.integer("padding", 0);
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
        layer = Activation{
            fields.choice("function", {"relu", "tanh"}) == "relu" ? ActivationKind::Relu : ActivationKind::Tanh};
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
