// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/stored_file.h"

#include "data/read_error.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace kernelscope {

namespace {

/// Size of a regular file; everything else (a folder, a pipe, a device) would block or never end.
std::uint64_t sizeOfRegularFile(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        const bool simplyMissing = !error || error == std::errc::no_such_file_or_directory;
        refuseFile(path, simplyMissing ? "no such file" : error.message(), "a file", "Check the path.");
    }
    if (std::filesystem::is_directory(status))
        refuseFile(path, "a folder", "a file", "Move the folder away and put the file in its place.");
    if (!std::filesystem::is_regular_file(status))
        refuseFile(path, "something that is no regular file (a pipe, a device or the like)", "a file",
            "Put the file itself there.");
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error)
        refuseFile(path, error.message(), "a readable file", "Check the path and its permissions.");
    if (size == 0)
        refuseFile(path, "an empty file (0 bytes)", "a file with content", kCopyAgain);
    return size;
}

} // namespace

StoredFile::StoredFile(std::filesystem::path path, OpenProgress* progress)
    : m_path(std::move(path)),
      m_progress(progress),
      m_size(sizeOfRegularFile(m_path)) {
    errno = 0;
    m_file.open(m_path, std::ios::binary);
    if (!m_file)
        refuseFile(m_path, errno != 0 ? std::generic_category().message(errno) : "a file that cannot be opened",
            "a readable file", "Check its permissions.");
}

void StoredFile::seek(std::uint64_t offset) {
    m_file.clear(); // the end may have been reached
    m_file.seekg(static_cast<std::streamoff>(offset));
}

std::size_t StoredFile::read(std::span<std::uint8_t> bytes) {
    constexpr std::size_t kPiece = std::size_t{1} << 20; // so that progress moves and cancelling takes no time
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const std::size_t wanted = std::min(bytes.size() - filled, kPiece);
        m_file.read(reinterpret_cast<char*>(bytes.data() + filled), static_cast<std::streamsize>(wanted));
        if (m_file.bad())
            refuseFile(m_path, "a read error", "a readable file", "Check the disk, or copy the file elsewhere.");
        const auto count = static_cast<std::size_t>(m_file.gcount());
        filled += count;
        if (m_progress)
            m_progress->advance(count);
        if (count < wanted)
            break;
    }
    return filled;
}

} // namespace kernelscope
