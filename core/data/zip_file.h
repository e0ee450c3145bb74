// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of zip archives (PKWARE's APPNOTE 6.3) as far as .npz files need it: stored and deflated entries, also with
/// zip64's sizes, no encryption, no splitting into several files.
#pragma once

#include "data/byte_stream.h"
#include "data/open_progress.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

/// An archive whose directory was read and checked. Names serve for nothing but comparing.
class ZipFile {
public:
    /// One of the archive's files.
    struct Entry {
        std::string name;
        std::uint64_t size = 0;       ///< Of its content.
        std::uint64_t storedSize = 0; ///< In the archive.
        std::uint64_t headerAt = 0;   ///< Where its own header begins.
        std::uint32_t checksum = 0;   ///< CRC-32 of its content.
        bool isDeflated = false;
        bool isEncrypted = false;
        bool isReadable = true; ///< False for other compressions than deflate.
    };

    /// Reads the directory. Entries claim no more than the file can hold, and none of them overlap. Throws Error.
    /// @param progress is told of each stored byte of entries that was read, and may end the reading.
    explicit ZipFile(std::filesystem::path path, OpenProgress* progress = nullptr);

    const std::filesystem::path& path() const { return m_path; }
    std::uint64_t storedSize() const { return m_size; }
    const std::vector<Entry>& entries() const { return m_entries; }

    /// What may be allocated on the word of a header alone.
    std::uint64_t trustedSize() const { return m_size + (std::uint64_t{1} << 19); }

    /// An entry's content from its start. It compares the checksum when the end is reached. One at a time; the archive
    /// must outlive it. Throws Error when the entry is damaged, encrypted or compressed in another way.
    std::unique_ptr<ByteStream> open(const Entry& entry);

private:
    class EntryStream;

    std::vector<std::uint8_t> bytesAt(std::uint64_t offset, std::uint64_t count, const char* what);
    std::size_t readStored(std::uint64_t offset, std::span<std::uint8_t> bytes);
    void readDirectory();
    Entry readEntry(std::span<const std::uint8_t> record) const;
    void checkOverlaps() const;

    std::filesystem::path m_path;
    std::ifstream m_file;
    OpenProgress* m_progress;
    std::uint64_t m_size = 0;
    std::vector<Entry> m_entries;
};

} // namespace kernelscope
