// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/gzip_file.h"

#include "data/gzip_inflate.h"

#include <array>
#include <utility>

namespace kernelscope {

GzipFile::GzipFile(std::filesystem::path path, OpenProgress* progress) : m_file(std::move(path)) {
    constexpr std::array<std::uint8_t, 2> kMagic = {0x1F, 0x8B};
    std::array<std::uint8_t, 2> begin{};
    m_file.read(begin);
    m_file.seek(0);
    m_file.watch(progress); // which does not count the magic number twice
    if (begin == kMagic)
        m_inflated = inflateGzip(
            {m_file.path(), m_file.size(), [this](std::span<std::uint8_t> bytes) { return m_file.read(bytes); }});
}

GzipFile::~GzipFile() = default;

std::size_t GzipFile::read(std::span<std::uint8_t> bytes) {
    return m_inflated ? m_inflated->read(bytes) : m_file.read(bytes);
}

} // namespace kernelscope
