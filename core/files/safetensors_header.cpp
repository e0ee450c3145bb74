// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors_header.h"

#include "base/error.h"
#include "files/json_fields.h"

#include <algorithm>
#include <array>
#include <deque>
#include <sstream>
#include <tuple>
#include <utility>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* metadataKey = "__metadata__";
constexpr std::uint64_t lengthBytes = 8;
constexpr std::uint64_t longestHeader = 100'000'000;
constexpr std::uint64_t valueBytes = 4;
constexpr std::size_t mostDimensions = 4; ///< Of a convolution's weights.
/// Of networks with as many layers as a file of one may have: 1,000 with four tensors each, as a batch norm has.
constexpr JsonLimits limits{7'000, 4'001, 192 << 10};

std::string bytes(std::uint64_t count) {
    return std::to_string(count) + " bytes";
}

/// Bytes that the shape's float32 values take, or nothing more than `limit` + 1 where they take more.
std::uint64_t bytesOf(const std::vector<std::int64_t>& shape, std::uint64_t limit) {
    // A dimension of zero makes the tensor empty, however large the others are.
    if (std::find(shape.begin(), shape.end(), 0) != shape.end())
        return 0;
    std::uint64_t total = valueBytes;
    for (const std::int64_t dimension : shape) {
        const auto factor = static_cast<std::uint64_t>(dimension);
        if (factor > limit / total)
            return limit + 1;
        total *= factor;
    }
    return total;
}

/// A tensor while the header is read: of thousands, each allocation counts.
struct LeanTensor {
    std::string name;
    std::uint64_t begin;
    std::uint64_t end;
    std::array<std::int64_t, mostDimensions> shape; ///< -1 behind its end.
};

LeanTensor readTensor(const std::string& name, const Json& json, std::uint64_t dataSize, const std::string& source,
    const std::string& doing) {
    const std::string field = "\"" + name + "\"";
    JsonFields fields(json, doing, source, field);
    if (const std::string type = fields.text("dtype"); type != "F32")
        fields.fail("dtype", "the type " + type, "F32");
    const std::vector<std::int64_t> shape = fields.integers("shape");
    if (shape.size() > mostDimensions)
        fields.fail("shape", std::to_string(shape.size()) + " dimensions", "at most " + std::to_string(mostDimensions));
    for (const std::int64_t dimension : shape)
        if (dimension < 0)
            fields.fail("shape", std::to_string(dimension), "dimensions from 0 on");
    LeanTensor tensor{name, 0, 0, {}};
    std::fill(std::copy(shape.begin(), shape.end(), tensor.shape.begin()), tensor.shape.end(), -1);
    const std::vector<std::int64_t> offsets = fields.integers("data_offsets");
    if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        fields.fail("data_offsets", fields.value("data_offsets").dump(), "a begin and an end that follows it");
    tensor.begin = static_cast<std::uint64_t>(offsets[0]);
    tensor.end = static_cast<std::uint64_t>(offsets[1]);
    if (tensor.end > dataSize)
        fields.fail("data_offsets", "an end at byte " + std::to_string(tensor.end),
            "at most " + std::to_string(dataSize) + ", where the file ends");
    fields.finish();
    const std::uint64_t needed = bytesOf(shape, dataSize);
    if (needed != tensor.end - tensor.begin)
        fields.fail("shape", "a shape of " + (needed > dataSize ? "more bytes than the file has" : bytes(needed)),
            bytes(tensor.end - tensor.begin) + ", as its offsets say");
    return tensor;
}

/// Together, the tensors must cover the data exactly, or bytes would be read twice or smuggled along.
void checkCoverage(
    const SafetensorsHeader& header, std::uint64_t dataSize, const std::string& source, const std::string& doing) {
    std::uint64_t at = 0;
    for (const TensorEntry& tensor : header.tensors) {
        if (tensor.begin != at)
            throw Error({doing, source,
                std::string(tensor.begin < at ? "an overlap" : "a hole") + " before the tensor \"" + tensor.name + "\"",
                "its values at byte " + std::to_string(at) + ", not " + std::to_string(tensor.begin),
                "Save or download the file again."});
        at = tensor.end;
    }
    if (at != dataSize)
        throw Error({doing, source, bytes(dataSize) + " of values", bytes(at) + ", as the header says",
            "Save or download the file again."});
}

} // namespace

std::string headerText(const SafetensorsHeader& header) {
    Json json = Json::object();
    if (!header.metadata.empty())
        json[metadataKey] = header.metadata;
    for (const TensorEntry& tensor : header.tensors)
        json[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {tensor.begin, tensor.end}}};
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' ');

    std::string length;
    for (std::uint64_t i = 0; i < lengthBytes; ++i)
        length += static_cast<char>(text.size() >> (8 * i) & 0xff);
    return length + text;
}

std::string readableHeaderText(const SafetensorsHeader& header, const std::string& source, const std::string& saving) {
    std::string text = headerText(header);
    std::istringstream file(text);
    std::uint64_t end = 0;
    for (const TensorEntry& tensor : header.tensors)
        end = std::max(end, tensor.end);
    try {
        readHeader(file, text.size() + end, source, saving);
    } catch (const Error& error) {
        const ErrorParts& parts = error.parts();
        throw Error({saving, source, parts.found, parts.expected + ", so that it can be read again",
            "Shorten the names of the network and of the data's classes."});
    }
    return text;
}

SafetensorsHeader readHeader(
    std::istream& file, std::uint64_t fileSize, const std::string& source, const std::string& doing) {
    std::array<unsigned char, lengthBytes> prefix{};
    const auto unreadable = [&] {
        return Error({doing, source, "a header that cannot be read", "", "Try again, or copy the file elsewhere."});
    };
    if (fileSize < lengthBytes)
        throw Error({doing, source, bytes(fileSize), "at least 8", "Is it a safetensors file?"});
    if (!file.read(reinterpret_cast<char*>(prefix.data()), lengthBytes))
        throw unreadable();
    std::uint64_t length = 0;
    for (std::size_t i = lengthBytes; i-- > 0;)
        length = length << 8 | prefix[i];
    const std::uint64_t longest = std::min(longestHeader, fileSize - lengthBytes);
    if (length > longest && prefix[0] == '{')
        throw Error(
            {doing, source, "JSON, as a network or a run's record is", "a safetensors file", "Choose another file."});
    if (length > longest)
        throw Error({doing, source, "a header of " + bytes(length), "at most " + std::to_string(longest),
            "Is it a safetensors file, and complete?"});
    std::string text(static_cast<std::size_t>(length), '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(length)))
        throw unreadable();
    if (!text.starts_with('{'))
        throw Error(
            {doing, source, "a header that does not start with '{'", "a safetensors file", "Choose another file."});

    SafetensorsHeader header;
    header.dataBegin = lengthBytes + length;
    const std::uint64_t dataSize = fileSize - header.dataBegin;
    std::deque<LeanTensor> tensors; // which takes no more than it holds while it grows
    parseJsonFields(text, doing, source, limits, [&](const std::string& name, Json& value) {
        if (name != metadataKey) {
            tensors.push_back(readTensor(name, value, dataSize, source, doing));
            return name.size();
        }
        JsonFields fields(value, doing, source, metadataKey);
        std::size_t kept = name.size();
        for (auto& [key, element] : value.items()) {
            if (!element.is_string())
                fields.text(key); // which says so
            std::string& content = header.metadata[key] = std::move(element.get_ref<std::string&>());
            kept += key.size() + content.size();
        }
        return kept;
    });
    std::string().swap(text);
    header.tensors.reserve(tensors.size());
    for (LeanTensor& lean : tensors)
        header.tensors.push_back({std::move(lean.name),
            {lean.shape.begin(), std::find(lean.shape.begin(), lean.shape.end(), -1)}, lean.begin, lean.end});
    std::sort(header.tensors.begin(), header.tensors.end(), [](const TensorEntry& a, const TensorEntry& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    checkCoverage(header, dataSize, source, doing);
    return header;
}

} // namespace kernelscope
