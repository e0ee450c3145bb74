// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The bytes of a file as they lie on disk.
#pragma once

#include "data/byte_stream.h"
#include "data/open_progress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>

namespace kernelscope {

/// Room, in bytes, that a reader takes for itself, whatever a file is like.
inline constexpr std::uint64_t kFreeBytes = std::uint64_t{1} << 19;

/// Reads a regular file from its start, or from elsewhere. Throws Error naming it when it is missing, no regular file,
/// empty or unreadable.
class StoredFile final : public ByteStream {
public:
    /// @param progress is told of each byte that was read, and may end the reading; null if nobody watches.
    explicit StoredFile(std::filesystem::path path, OpenProgress* progress = nullptr);

    const std::filesystem::path& path() const { return m_path; }
    /// Bytes on disk.
    std::uint64_t size() const { return m_size; }
    /// What may be allocated before the content is known to be good.
    std::uint64_t trustedSize() const { return m_size + kFreeBytes; }

    void watch(OpenProgress* progress) { m_progress = progress; }
    /// Goes on reading from this byte.
    void seek(std::uint64_t offset);

    std::size_t read(std::span<std::uint8_t> bytes) override;

private:
    std::filesystem::path m_path;
    std::ifstream m_file;
    OpenProgress* m_progress;
    std::uint64_t m_size = 0;
};

} // namespace kernelscope
