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

/// Makes sure that the values end here, which also makes the inflater compare the checksum.
void requireEnd(GzipFile& file, std::uint64_t size) {
    std::array<std::uint8_t, 1> beyond{};
    if (file.read(beyond) != 0)
        refuseFile(file.path(), "more than " + bytesText(size), "exactly as many");
}

void requireCount(GzipFile& file, std::uint64_t count, std::uint64_t claimed) {
    if (count < claimed)
        refuseFile(file.path(), bytesText(count), bytesText(claimed));
}

} // namespace

IdxReader::IdxReader(std::filesystem::path path, int dimensionCount) : m_path(std::move(path)) {
    GzipFile file(m_path);
    m_dimensions = readHeader(file, dimensionCount);
    m_storedSize = file.storedSize();
    m_isCompressed = file.isCompressed();
    const std::string claim = "a header that claims " + product(m_dimensions) + " values";
    const std::optional<std::uint64_t> claimed = valueCount(m_dimensions);
    if (!claimed)
        refuseFile(m_path, claim, "no more than a file can hold");
    if (*claimed == 0)
        refuseFile(m_path, claim, "at least one in each dimension");
    m_count = *claimed;
    const std::uint64_t size = headerSize() + m_count;
    if (size > file.maxSize())
        refuseFile(m_path, claim + " (" + bytesText(size) + ")",
            "at most the " + bytesText(file.maxSize()) +
                (m_isCompressed ? " that " + bytesText(m_storedSize) + " of gzip can hold" : " of the file"));
    if (!m_isCompressed && size < m_storedSize)
        refuseFile(m_path, bytesText(m_storedSize), bytesText(size) + " for " + product(m_dimensions) + " values");
}

void IdxReader::visit(const std::function<void(std::span<const std::uint8_t>)>& visit, OpenProgress* progress) const {
    GzipFile file(m_path, progress);
    readHeader(file, static_cast<int>(m_dimensions.size()));
    std::vector<std::uint8_t> piece(std::size_t{64} * 1024);
    for (std::uint64_t done = 0; done < m_count;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(m_count - done, piece.size()));
        const std::span<const std::uint8_t> read = std::span(piece).first(file.read(std::span(piece).first(wanted)));
        done += read.size();
        if (read.size() < wanted)
            requireCount(file, headerSize() + done, headerSize() + m_count);
        visit(read);
    }
    requireEnd(file, headerSize() + m_count);
}

std::vector<std::uint8_t> IdxReader::read(OpenProgress* progress) const {
    GzipFile file(m_path, progress);
    readHeader(file, static_cast<int>(m_dimensions.size()));
    std::vector<std::uint8_t> values(static_cast<std::size_t>(m_count));
    requireCount(file, headerSize() + file.read(values), headerSize() + m_count);
    requireEnd(file, headerSize() + m_count);
    return values;
}

} // namespace kernelscope
