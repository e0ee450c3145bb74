// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/safetensors_header.h"
#include "network/network_json.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

// Values go to the file and back as they lie in memory; the format is little-endian.
static_assert(std::endian::native == std::endian::little);

constexpr const char* doing = "Cannot read the weights";
constexpr const char* networkKey = "network";

std::vector<std::int64_t> shapeOf(const ParameterInfo& parameter) {
    return {parameter.shape.dimensions.begin(), parameter.shape.dimensions.end()};
}

std::string toText(const std::vector<std::int64_t>& shape) {
    std::string text = "shape ";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i == 0 ? "" : "x").append(std::to_string(shape[i]));
    return shape.empty() ? text + "()" : text;
}

/// A safetensors file with its header read and checked.
class OpenFile {
public:
    explicit OpenFile(const fs::path& path) : m_source(path.string()) {
        std::error_code failed;
        if (fs::is_directory(path, failed))
            throw Error({doing, m_source, "a folder", "a file", ""});
        const std::uint64_t size = fs::file_size(path, failed);
        if (!failed)
            m_file.open(path, std::ios::binary);
        if (failed || !m_file)
            throw Error({doing, m_source, failed ? failed.message() : "a file that cannot be opened", "",
                "Check the path and the permissions."});
        m_header = readHeader(m_file, size, m_source);
    }

    const SafetensorsHeader& header() const { return m_header; }
    const std::string& source() const { return m_source; }

    /// All of the plan's parameters and state, and nothing else.
    WeightValues values(const Plan& plan) {
        for (const auto* arrays : {&plan.parameters, &plan.states})
            for (const ParameterInfo& array : *arrays)
                checkShape(array);
        const auto isKnown = [&](const std::string& name) {
            const auto has = [&](const ParameterInfo& array) { return array.name == name; };
            return std::any_of(plan.parameters.begin(), plan.parameters.end(), has) ||
                   std::any_of(plan.states.begin(), plan.states.end(), has);
        };
        for (const TensorEntry& tensor : m_header.tensors)
            if (!isKnown(tensor.name))
                throw Error({doing, m_source, "the tensor \"" + tensor.name + "\", which the network does not have",
                    "only the tensors of " + plan.network.name, "Do the weights belong to another network?"});

        WeightValues values{std::vector<float>(plan.parameterCount), std::vector<float>(plan.stateCount)};
        for (const ParameterInfo& parameter : plan.parameters)
            read(parameter, std::span(values.parameters).subspan(parameter.slice.offset, parameter.slice.size));
        for (const ParameterInfo& state : plan.states)
            read(state, std::span(values.state).subspan(state.slice.offset, state.slice.size));
        return values;
    }

private:
    const TensorEntry* find(const std::string& name) const {
        const auto found = std::find_if(m_header.tensors.begin(), m_header.tensors.end(),
            [&](const TensorEntry& tensor) { return tensor.name == name; });
        return found == m_header.tensors.end() ? nullptr : &*found;
    }

    void checkShape(const ParameterInfo& parameter) const {
        const std::string expected = toText(shapeOf(parameter));
        const TensorEntry* tensor = find(parameter.name);
        if (!tensor)
            throw Error({doing, m_source, "no tensor \"" + parameter.name + "\"", "one of " + expected,
                "Do the weights belong to another network?"});
        if (tensor->shape != shapeOf(parameter))
            throw Error({doing, m_source, toText(tensor->shape) + " for the tensor \"" + parameter.name + "\"",
                expected + ", as the network needs", "Do the weights belong to another network?"});
    }

    void read(const ParameterInfo& parameter, std::span<float> values) {
        m_file.seekg(static_cast<std::streamoff>(m_header.dataBegin + find(parameter.name)->begin));
        if (!m_file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size_bytes())))
            throw Error({doing, m_source, "values that cannot be read in \"" + parameter.name + "\"", "",
                "Try again, or copy the file elsewhere."});
        if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }))
            throw Error({doing, m_source, "a value that is infinite or not a number in \"" + parameter.name + "\"",
                "finite values", "Train the network again, with a lower learning rate."});
    }

    std::string m_source;
    std::ifstream m_file;
    SafetensorsHeader m_header;
};

} // namespace

void saveWeights(const fs::path& path, const Plan& plan, std::span<const float> parameters,
    std::span<const float> state, const std::map<std::string, std::string>& metadata) {
    const auto check = [&](const char* what, std::size_t found, std::size_t expected) {
        if (found != expected)
            throw Error({"Cannot save the weights", path.string(), std::to_string(found) + what,
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
    std::string content = headerText(header);
    for (const std::span<const float> values : {parameters, state}) {
        const std::span<const std::byte> bytes = std::as_bytes(values);
        content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    writeFileAtomically(path, content);
}

WeightsFile loadWeights(const fs::path& path) {
    OpenFile file(path);
    const auto network = file.header().metadata.find(networkKey);
    if (network == file.header().metadata.end())
        throw Error({doing, file.source(), "no network in its metadata", "weights that this program saved",
            "Name the network that the weights belong to."});
    const std::string inFile = file.source() + ", metadata";
    WeightsFile result{parseNetwork(network->second, inFile), {}, {}, file.header().metadata};
    WeightValues values = file.values(compile(result.network));
    result.parameters = std::move(values.parameters);
    result.state = std::move(values.state);
    return result;
}

WeightValues loadWeights(const fs::path& path, const Plan& plan) {
    return OpenFile(path).values(plan);
}

} // namespace kernelscope
