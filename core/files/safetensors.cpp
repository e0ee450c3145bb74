// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/safetensors_file.h"
#include "network/network_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* doing = "Cannot read the weights";
constexpr const char* saving = "Cannot save the weights";
constexpr const char* otherNetwork = "Do the weights belong to another network?";

std::vector<std::int64_t> shapeOf(const ParameterInfo& parameter) {
    return {parameter.shape.dimensions.begin(), parameter.shape.dimensions.end()};
}

void read(SafetensorsFile& file, const ParameterInfo& array, std::span<float> values) {
    file.read(array.name, values);
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
        throw Error({doing, file.source(), "a value that is infinite or not a number in \"" + array.name + "\"",
            "finite values", "Train the network again, with a lower learning rate."});
}

/// An open file, unless it says of itself that it is of another kind.
SafetensorsFile openWeights(const fs::path& path) {
    SafetensorsFile file(path, doing);
    const auto format = file.header().metadata.find("format");
    if (format != file.header().metadata.end() && format->second == checkpointFormat)
        throw Error({doing, file.source(), "a checkpoint of a run", "weights",
            "Go on with the run, and let it save its weights: kernelscope-cli train --resume CHECKPOINT --save "
            "WEIGHTS."});
    return file;
}

/// All of the plan's parameters and state, and nothing else.
WeightValues readValues(SafetensorsFile& file, const Plan& plan) {
    for (const auto* arrays : {&plan.parameters, &plan.states})
        for (const ParameterInfo& array : *arrays)
            file.requireShape(array.name, shapeOf(array), otherNetwork);
    const auto isKnown = [&](const std::string& name) {
        const auto has = [&](const ParameterInfo& array) { return array.name == name; };
        return std::any_of(plan.parameters.begin(), plan.parameters.end(), has) ||
               std::any_of(plan.states.begin(), plan.states.end(), has);
    };
    for (const TensorEntry& tensor : file.header().tensors)
        if (!isKnown(tensor.name))
            throw Error({doing, file.source(), "the tensor \"" + tensor.name + "\", which the network does not have",
                "only the tensors of " + plan.network.name, otherNetwork});

    WeightValues values{std::vector<float>(plan.parameterCount), std::vector<float>(plan.stateCount)};
    for (const ParameterInfo& parameter : plan.parameters)
        read(file, parameter, std::span(values.parameters).subspan(parameter.slice.offset, parameter.slice.size));
    for (const ParameterInfo& state : plan.states)
        read(file, state, std::span(values.state).subspan(state.slice.offset, state.slice.size));
    return values;
}

} // namespace

void saveWeights(const fs::path& path, const Plan& plan, std::span<const float> parameters,
    std::span<const float> state, const std::map<std::string, std::string>& metadata) {
    const auto check = [&](const char* what, std::size_t found, std::size_t expected) {
        if (found != expected)
            throw Error({saving, path.string(), std::to_string(found) + what,
                std::to_string(expected) + ", as many as the network has", ""});
    };
    check(" values", parameters.size(), plan.parameterCount);
    check(" running statistics", state.size(), plan.stateCount);
    SafetensorsHeader header;
    header.metadata = metadata;
    header.metadata[networkKey] =
        toJson(plan.network).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    const auto add = [&](const ParameterInfo& array, std::size_t begin) {
        const std::size_t offset = begin + array.slice.offset * sizeof(float);
        header.tensors.push_back({array.name, shapeOf(array), offset, offset + array.slice.size * sizeof(float)});
    };
    for (const ParameterInfo& parameter : plan.parameters)
        add(parameter, 0);
    for (const ParameterInfo& array : plan.states)
        add(array, parameters.size_bytes());
    const std::string text = readableHeaderText(header, path.string(), saving);
    const std::array<std::span<const std::byte>, 3> parts{
        std::as_bytes(std::span(text)), std::as_bytes(parameters), std::as_bytes(state)};
    writeFileAtomically(path, parts);
}

void saveWeights(const fs::path& path, const RunResult& run) {
    const RunRecord& record = run.record;
    saveWeights(path, compile(record.network), run.weights->parameters, run.weights->state,
        {{"program", "kernelscope " + record.build.version}, {"data", record.data.name}, {"date", record.date},
            {"step", std::to_string(run.weights->step)}, {"seed", std::to_string(record.spec.seed)}});
}

WeightsFile loadWeights(const fs::path& path) {
    SafetensorsFile file = openWeights(path);
    const auto network = file.header().metadata.find(networkKey);
    if (network == file.header().metadata.end())
        throw Error({doing, file.source(), "no network in its metadata", "weights that this program saved",
            "Name the network that the weights belong to."});
    const std::string inFile = file.source() + ", metadata";
    WeightsFile result{parseNetwork(network->second, inFile), {}, {}, file.header().metadata};
    const Plan plan = [&] {
        try {
            return compile(result.network);
        } catch (const Error& error) {
            throw Error({doing, file.source(), "a network that cannot be", "", error.what()});
        }
    }();
    WeightValues values = readValues(file, plan);
    result.parameters = std::move(values.parameters);
    result.state = std::move(values.state);
    return result;
}

WeightValues loadWeights(const fs::path& path, const Plan& plan) {
    SafetensorsFile file = openWeights(path);
    return readValues(file, plan);
}

} // namespace kernelscope
