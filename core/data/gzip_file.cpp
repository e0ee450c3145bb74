// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/gzip_file.h"

#include "data/gzip_inflate.h"

#include <array>
#include <utility>

namespace kernelscope {

GzipFile::GzipFile(std::filesystem::path path, OpenProgress* progress) : m_file(std::move(path)) {
    std::array<std::uint8_t, 2> begin;
    const std::size_t count = m_file.read(begin);
    m_file.seek(0);
    m_file.watch(progress); // which does not count the magic number twice
    if (isGzip(std::span(begin).first(count)))
        m_inflated = inflateGzip(
            {m_file.path(), m_file.size(), [this](std::span<std::uint8_t> bytes) { return m_file.read(bytes); }});
}

GzipFile::~GzipFile() = default;

std::size_t GzipFile::read(std::span<std::uint8_t> bytes) {
    return m_inflated ? m_inflated->read(bytes) : m_file.read(bytes);
}

bool isGzip(std::span<const std::uint8_t> begin) {
    return begin.size() >= 2 && begin[0] == 0x1F && begin[1] == 0x8B;
}

} // namespace kernelscope
