// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/idx_reader.h"

#include "data/gzip_file.h"
#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kernelscope {

namespace {

constexpr std::uint8_t kUnsignedByte = 8;

std::string product(const std::vector<std::uint32_t>& dimensions) {
    std::string text;
    for (const std::uint32_t dimension : dimensions)
        text += (text.empty() ? "" : " x ") + std::to_string(dimension);
    return text;
}

std::string hexText(std::span<const std::uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (!text.empty())
            text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// The file's dimensions, after its magic number and type were checked.
std::vector<std::uint32_t> readHeader(GzipFile& file, int dimensionCount) {
    const std::size_t headerSize = 4 + 4 * static_cast<std::size_t>(dimensionCount);
    std::vector<std::uint8_t> header(headerSize);
    const std::size_t count = file.read(header);
    // The magic number first: a file of another kind may be shorter than the header, but that is not its fault.
    const std::array<std::uint8_t, 4> magic = {0, 0, kUnsignedByte, static_cast<std::uint8_t>(dimensionCount)};
    const std::size_t magicCount = std::min(count, magic.size());
    if (!std::equal(magic.begin(), magic.begin() + static_cast<std::ptrdiff_t>(magicCount), header.begin()))
        refuseFile(file.path(), "a file that starts with " + hexText({header.data(), magicCount}),
            hexText(magic) + " (IDX, unsigned bytes, " + std::to_string(dimensionCount) +
                (dimensionCount == 1 ? " dimension)" : " dimensions)"),
            "Check that the file is what its name says.");
    if (count < headerSize)
        refuseFile(file.path(), bytesText(count), "a header of " + bytesText(headerSize));
    std::vector<std::uint32_t> dimensions;
    for (std::size_t i = 4; i < headerSize; i += 4)
        dimensions.push_back(std::uint32_t{header[i]} << 24 | std::uint32_t{header[i + 1]} << 16 |
                             std::uint32_t{header[i + 2]} << 8 | header[i + 3]);
    return dimensions;
}

/// Number of values that the header claims; nothing when it exceeds any file.
std::optional<std::uint64_t> valueCount(const std::vector<std::uint32_t>& dimensions) {
    constexpr std::uint64_t kLimit = std::numeric_limits<std::int64_t>::max() / 2;
    std::uint64_t count = 1;
    for (const std::uint32_t dimension : dimensions) {
        if (dimension != 0 && count > kLimit / dimension)
            return std::nullopt;
        count *= dimension;
    }
    return count;
}

/// The values, which must be neither fewer nor more than claimed.
std::vector<std::uint8_t> readValues(GzipFile& file, std::uint64_t headerSize, std::uint64_t claimed) {
    std::vector<std::uint8_t> values = readClaimed(file, claimed, file.trustedSize());
    if (values.size() < claimed)
        refuseFile(file.path(), bytesText(headerSize + values.size()), bytesText(headerSize + claimed));
    // Reading on also makes the inflater compare the checksum at the end.
    std::array<std::uint8_t, 1> beyond{};
    if (file.read(beyond) != 0)
        refuseFile(file.path(), "more than " + bytesText(headerSize + claimed), "exactly as many");
    return values;
}

} // namespace

IdxFile readIdxFile(const std::filesystem::path& path, int dimensionCount, OpenProgress* progress) {
    GzipFile file(path, progress);
    IdxFile idx;
    idx.dimensions = readHeader(file, dimensionCount);
    const std::uint64_t headerSize = 4 + 4 * static_cast<std::uint64_t>(dimensionCount);
    const std::optional<std::uint64_t> claimed = valueCount(idx.dimensions);
    const std::string claim = "a header that claims " + product(idx.dimensions) + " values";
    if (!claimed)
        refuseFile(path, claim, "no more than a file can hold");
    if (*claimed == 0)
        refuseFile(path, claim, "at least one in each dimension");
    if (headerSize + *claimed > file.maxSize())
        refuseFile(path, claim + " (" + bytesText(headerSize + *claimed) + ")",
            "at most the " + bytesText(file.maxSize()) +
                (file.isCompressed() ? " that " + bytesText(file.storedSize()) + " of gzip can hold" : " of the file"));
    if (!file.isCompressed() && headerSize + *claimed < file.storedSize())
        refuseFile(path, bytesText(file.storedSize()),
            bytesText(headerSize + *claimed) + " for " + product(idx.dimensions) + " values");
    idx.values = readValues(file, headerSize, *claimed);
    return idx;
}

} // namespace kernelscope
