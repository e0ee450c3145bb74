// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of zip archives (PKWARE's APPNOTE 6.3) as far as .npz files need it: stored and deflated entries, also with
/// zip64's sizes, no encryption, no splitting into several files.
#pragma once

#include "data/byte_stream.h"
#include "data/open_progress.h"
#include "data/stored_file.h"

#include <cstdint>
#include <filesystem>
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

    const std::filesystem::path& path() const { return m_file.path(); }
    std::uint64_t storedSize() const { return m_file.size(); }
    const std::vector<Entry>& entries() const { return m_entries; }

    /// What may be allocated before the content is known to be good.
    std::uint64_t trustedSize() const { return m_file.trustedSize(); }

    /// An entry's content from its start. It compares the checksum when the end is reached. One at a time; the archive
    /// must outlive it. Throws Error when the entry is damaged, encrypted or compressed in another way.
    std::unique_ptr<ByteStream> open(const Entry& entry);

private:
    class EntryStream;

    std::vector<std::uint8_t> bytesAt(std::uint64_t offset, std::uint64_t count, const char* what);
    std::size_t readStored(std::uint64_t offset, std::span<std::uint8_t> bytes);
    void readDirectory();
    std::vector<std::uint8_t> recordAt(std::uint64_t offset, std::uint64_t end);
    Entry readEntry(std::span<const std::uint8_t> record) const;
    void checkOverlaps() const;

    StoredFile m_file;
    std::vector<Entry> m_entries;
};

} // namespace kernelscope
