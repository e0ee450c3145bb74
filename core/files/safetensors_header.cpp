// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors_header.h"

#include "base/error.h"
#include "files/json_fields.h"

#include <algorithm>
#include <array>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* metadataKey = "__metadata__";
constexpr std::uint64_t lengthBytes = 8;
constexpr std::uint64_t longestHeader = 100'000'000;
constexpr std::uint64_t valueBytes = 4;
/// Of networks with as many layers as a file of one may have: 1,000 with three tensors each.
constexpr JsonLimits limits{7'000, 3'000, 160 << 10};

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

TensorEntry readTensor(const std::string& name, const Json& json, std::uint64_t dataSize, const std::string& source,
    const std::string& doing) {
    const std::string field = "\"" + name + "\"";
    JsonFields fields(json, doing, source, field);
    if (const std::string type = fields.text("dtype"); type != "F32")
        fields.fail("dtype", "the type " + type, "F32");
    TensorEntry tensor{name, fields.integers("shape"), 0, 0};
    for (const std::int64_t dimension : tensor.shape)
        if (dimension < 0)
            fields.fail("shape", std::to_string(dimension), "dimensions from 0 on");
    const std::vector<std::int64_t> offsets = fields.integers("data_offsets");
    if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        fields.fail("data_offsets", fields.value("data_offsets").dump(), "a begin and an end that follows it");
    tensor.begin = static_cast<std::uint64_t>(offsets[0]);
    tensor.end = static_cast<std::uint64_t>(offsets[1]);
    if (tensor.end > dataSize)
        fields.fail("data_offsets", "an end at byte " + std::to_string(tensor.end),
            "at most " + std::to_string(dataSize) + ", where the file ends");
    fields.finish();
    const std::uint64_t needed = bytesOf(tensor.shape, dataSize);
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

SafetensorsHeader readHeader(
    std::istream& file, std::uint64_t fileSize, const std::string& source, const std::string& doing) {
    std::array<unsigned char, lengthBytes> prefix{};
    if (fileSize < lengthBytes || !file.read(reinterpret_cast<char*>(prefix.data()), lengthBytes))
        throw Error({doing, source, bytes(fileSize), "at least 8", "Is it a safetensors file?"});
    std::uint64_t length = 0;
    for (std::size_t i = lengthBytes; i-- > 0;)
        length = length << 8 | prefix[i];
    const std::uint64_t longest = std::min(longestHeader, fileSize - lengthBytes);
    if (length > longest)
        throw Error({doing, source, "a header of " + bytes(length), "at most " + std::to_string(longest),
            "Is it a safetensors file, and complete?"});
    std::string text(static_cast<std::size_t>(length), '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(length)))
        throw Error({doing, source, "a header that cannot be read", "", "Try again, or copy the file elsewhere."});
    if (!text.starts_with('{'))
        throw Error({doing, source, "a header that does not start with '{'", "a safetensors file", "Choose another file."});

    SafetensorsHeader header;
    header.dataBegin = lengthBytes + length;
    const std::uint64_t dataSize = fileSize - header.dataBegin;
    parseJsonFields(text, doing, source, limits, [&](const std::string& name, const Json& value) {
        if (name != metadataKey) {
            header.tensors.push_back(readTensor(name, value, dataSize, source, doing));
            return;
        }
        JsonFields fields(value, doing, source, metadataKey);
        for (const auto& [key, ignored] : value.items())
            header.metadata[key] = fields.text(key);
    });
    std::stable_sort(header.tensors.begin(), header.tensors.end(), [](const TensorEntry& a, const TensorEntry& b) {
        return a.begin < b.begin || (a.begin == b.begin && a.end < b.end);
    });
    checkCoverage(header, dataSize, source, doing);
    return header;
}

} // namespace kernelscope
