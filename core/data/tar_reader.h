// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of tar archives (POSIX.1-1988 ustar, and GNU's and pax's as far as plain files need it).
#pragma once

#include "data/byte_stream.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kernelscope {

class GzipFile;

/// Whether these bytes are the header of a tar entry: 512 of them, with the right checksum.
bool isTarHeader(std::span<const std::uint8_t> block);

/// Goes through an archive from its start to its end. Nothing is unpacked to disk, and names serve for nothing but
/// comparing, so that "../" and links in a hostile archive have no effect.
class TarReader final : public ByteStream {
public:
    /// A regular file in the archive.
    struct Entry {
        std::string name; ///< With its folders.
        std::uint64_t size = 0;
    };

    /// The file must outlive the reader.
    explicit TarReader(GzipFile& file) : m_file(file) {}

    /// The next regular file; what was not read of the one before is passed over. Nothing at the archive's end. Throws
    /// Error when the archive is damaged, cut off, or an entry claims more than the file can hold.
    std::optional<Entry> next();

    /// Reads the present entry's content.
    std::size_t read(std::span<std::uint8_t> bytes) override;

private:
    void skip(std::uint64_t count);

    GzipFile& m_file;
    std::uint64_t m_offset = 0;  ///< Bytes read so far.
    std::uint64_t m_left = 0;    ///< Of the present entry's content.
    std::uint64_t m_padding = 0; ///< Behind it, up to a whole block.
};

} // namespace kernelscope
