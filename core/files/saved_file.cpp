// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/saved_file.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/json_fields.h"
#include "files/run_record_json.h"
#include "files/safetensors_file.h"
#include "network/network_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <fstream>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* doing = "Cannot open the file";
constexpr std::size_t peeked = 512;

/// A file's first bytes; fewer where it has no more.
std::string beginOf(const fs::path& path) {
    std::string begin(peeked, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return begin;
}

/// A length that the file can hold, and JSON behind it.
bool looksLikeSafetensors(const std::string& begin, std::uint64_t size) {
    if (begin.size() < 9 || begin[8] != '{')
        return false;
    std::uint64_t length = 0;
    for (std::size_t i = 8; i-- > 0;)
        length = length << 8 | static_cast<unsigned char>(begin[i]);
    // A file that was cut short still says what it is: its header is text, and no header has 100 MB.
    return length >= 2 && (length <= size - 8 || length <= 100'000'000);
}

bool looksLikeJson(const std::string& begin) {
    const auto first = std::find_if(begin.begin(), begin.end(), [](unsigned char c) { return std::isspace(c) == 0; });
    return first != begin.end() && *first == '{';
}

SavedFile openTensors(const fs::path& path, std::uint64_t size) {
    std::ifstream file(path, std::ios::binary);
    const SafetensorsHeader header = readHeader(file, size, path.string(), doing);
    const auto format = header.metadata.find("format");
    if (format != header.metadata.end() && format->second == checkpointFormat)
        return loadCheckpoint(path);
    return loadWeights(path);
}

SavedFile openJson(const fs::path& path) {
    constexpr std::size_t limit = 256u << 20;
    const std::string text = readWholeFile(path, limit);
    const JsonDocument document = parseRunRecord(text, doing, path.string());
    const auto format = document.root.find("format");
    if (format == document.root.end() || !format->is_string())
        throw Error({doing, path.string(), "JSON without a \"format\"",
            "a network (\"kernelscope-network\") or a run's record (\"kernelscope-run\")",
            "Is it a file that this program saved?"});
    if (*format == "kernelscope-run")
        return runRecordFromJson(document, path.string());
    return networkFromJson(document.root, path.string()); // which says what it expects
}

} // namespace

std::optional<SavedFile> openSavedFile(const fs::path& path) {
    std::error_code failed;
    const std::uint64_t size = fs::file_size(path, failed);
    if (failed || !fs::is_regular_file(path, failed))
        throw Error({doing, path.string(), "no such file", "", "Check the path."});
    const std::string begin = beginOf(path);
    if (looksLikeSafetensors(begin, size))
        return openTensors(path, size);
    if (looksLikeJson(begin))
        return openJson(path);
    // No data has these names: whoever chose it means a file of this program.
    if (path.extension() == ".json")
        throw Error({doing, path.string(), size == 0 ? "an empty file" : "something that is no JSON",
            "a network or a run's record", "Save it again, or choose another file."});
    if (path.extension() == ".safetensors")
        throw Error({doing, path.string(), size == 0 ? "an empty file" : "something that is no safetensors file",
            "weights or a checkpoint", "Save it again, or choose another file."});
    return std::nullopt;
}

} // namespace kernelscope
