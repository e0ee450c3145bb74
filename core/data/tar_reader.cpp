// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/tar_reader.h"

#include "data/gzip_file.h"
#include "data/read_error.h"

#include <algorithm>
#include <array>

namespace kernelscope {

namespace {

constexpr std::size_t kBlock = 512;

// Offsets and lengths of a header's fields.
constexpr std::size_t kNameLength = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeLength = 12;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumLength = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;
constexpr std::size_t kPrefixLength = 155;

/// Octal digits between spaces, ended by a space, a zero or the field's end.
std::optional<std::uint64_t> octal(std::span<const std::uint8_t> field) {
    std::size_t i = 0;
    while (i < field.size() && field[i] == ' ')
        ++i;
    std::uint64_t value = 0;
    const std::size_t begin = i;
    for (; i < field.size() && field[i] >= '0' && field[i] <= '7'; ++i)
        value = value << 3 | static_cast<std::uint64_t>(field[i] - '0'); // 12 digits fit 36 bits
    if (i == begin || (i < field.size() && field[i] != ' ' && field[i] != 0))
        return std::nullopt;
    return value;
}

std::string textOf(std::span<const std::uint8_t> field) {
    return {field.begin(), std::find(field.begin(), field.end(), std::uint8_t{0})};
}

/// The archive's end: blocks of zeros.
bool isZero(std::span<const std::uint8_t> block) {
    return std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

bool isTarHeader(std::span<const std::uint8_t> block) {
    if (block.size() < kBlock)
        return false;
    const std::optional<std::uint64_t> claimed = octal(block.subspan(kChecksumAt, kChecksumLength));
    std::uint64_t sum = kChecksumLength * ' '; // the checksum itself counts as spaces
    for (std::size_t i = 0; i < kBlock; ++i)
        if (i < kChecksumAt || i >= kChecksumAt + kChecksumLength)
            sum += block[i];
    return claimed == sum && !isZero(block);
}

std::optional<TarReader::Entry> TarReader::next() {
    for (;;) {
        skip(m_left + m_padding);
        m_left = m_padding = 0;
        std::array<std::uint8_t, kBlock> header;
        const std::size_t count = m_file.read(header);
        m_offset += count;
        if (count < kBlock)
            refuseFile(m_file.path(), "an archive that is cut off after " + bytesText(m_offset), "a whole tar archive");
        if (isZero(header)) {
            // Reading on to the end makes the inflater compare the checksum.
            while (m_file.read(header) > 0)
                ;
            return std::nullopt;
        }
        const std::string where = " at byte " + std::to_string(m_offset - kBlock);
        if (!isTarHeader(header))
            refuseFile(m_file.path(), "a damaged entry" + where, "a tar archive");
        const std::optional<std::uint64_t> size = octal(std::span(header).subspan(kSizeAt, kSizeLength));
        if (!size)
            refuseFile(m_file.path(), "an entry without a legal size" + where, "a size in octal digits");
        if (*size > m_file.maxSize() || m_offset + *size > m_file.maxSize())
            refuseFile(m_file.path(), "an entry that claims " + bytesText(*size) + where,
                "no more than the file can hold, " + bytesText(m_file.maxSize()));
        m_left = *size;
        m_padding = (kBlock - *size % kBlock) % kBlock;
        const std::uint8_t type = header[kTypeAt];
        if (type != '0' && type != 0)
            continue; // a folder, a link, or what pax and GNU say about the next entry
        std::string name = textOf(std::span(header).first(kNameLength));
        const std::string prefix = textOf(std::span(header).subspan(kPrefixAt, kPrefixLength));
        if (!prefix.empty() && textOf(std::span(header).subspan(kMagicAt, 6)) == "ustar" &&
            header[kMagicAt + 5] == 0) // GNU writes "ustar "
            name = prefix + "/" + name;
        return Entry{std::move(name), *size};
    }
}

std::size_t TarReader::read(std::span<std::uint8_t> bytes) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), m_left));
    const std::size_t count = m_file.read(bytes.first(wanted));
    m_offset += count;
    m_left -= count;
    if (count < wanted)
        refuseFile(m_file.path(), "an archive that is cut off after " + bytesText(m_offset), "a whole tar archive");
    return count;
}

void TarReader::skip(std::uint64_t count) {
    std::array<std::uint8_t, 16 * 1024> ignored;
    while (count > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, ignored.size()));
        const std::size_t got = m_file.read(std::span(ignored).first(wanted));
        m_offset += got;
        count -= got;
        if (got < wanted)
            refuseFile(m_file.path(), "an archive that is cut off after " + bytesText(m_offset), "a whole tar archive");
    }
}

} // namespace kernelscope
