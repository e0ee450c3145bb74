// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The bytes of a file, plain or compressed with gzip.
#pragma once

#include "data/byte_stream.h"
#include "data/open_progress.h"
#include "data/stored_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace kernelscope {

/// Reads a regular file from its start to its end. A file that begins with gzip's magic number is inflated on the
/// way, whatever its name says. Never holds more than a small buffer.
class GzipFile final : public ByteStream {
public:
    /// One compressed byte never inflates to more (deflate's limit: 258 bytes from two bits, and their overhead).
    static constexpr std::uint64_t kMaxInflation = 1032;

    /// Throws Error when the path is missing, no regular file, empty or unreadable; where this build has no zlib, also
    /// when it is compressed.
    /// @param progress is told of each stored byte that was read, and may end the reading; null if nobody watches.
    explicit GzipFile(std::filesystem::path path, OpenProgress* progress = nullptr);
    ~GzipFile() override;

    GzipFile(const GzipFile&) = delete;
    GzipFile& operator=(const GzipFile&) = delete;

    const std::filesystem::path& path() const { return m_file.path(); }
    bool isCompressed() const { return m_inflated != nullptr; }

    /// Bytes on disk.
    std::uint64_t storedSize() const { return m_file.size(); }

    /// The most bytes that may come out: the stored size for a plain file, 1032 times as many for a compressed one.
    /// A claim that is larger is a lie and must not be allocated.
    std::uint64_t maxSize() const { return isCompressed() ? storedSize() * kMaxInflation : storedSize(); }

    /// Throws Error when the file cannot be read, or its compressed data is damaged or cut off.
    std::size_t read(std::span<std::uint8_t> bytes) override;

private:
    StoredFile m_file;
    std::unique_ptr<ByteStream> m_inflated; ///< Null for a plain file.
};

} // namespace kernelscope
