// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of readers: small files made here, good or spoilt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>

namespace {

using Bytes = std::vector<std::uint8_t>;

[[maybe_unused]] void append32(Bytes& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// An IDX file of unsigned bytes.
[[maybe_unused]] Bytes idx(const std::vector<std::uint32_t>& dimensions, const Bytes& values) {
    Bytes bytes = {0, 0, 8, static_cast<std::uint8_t>(dimensions.size())};
    for (const std::uint32_t dimension : dimensions)
        append32(bytes, dimension);
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

[[maybe_unused]] Bytes gzip(const Bytes& bytes, int level = 9) {
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    Bytes packed(deflateBound(&stream, static_cast<uLong>(bytes.size())));
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = packed.data();
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

[[maybe_unused]] Bytes firstBytes(Bytes bytes, std::size_t count) {
    bytes.resize(count);
    return bytes;
}

[[maybe_unused]] Bytes joined(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

[[maybe_unused]] void write(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Puts a number into the field of a tar header, in octal digits.
[[maybe_unused]] void putOctal(Bytes& block, std::size_t at, std::size_t digits, std::uint64_t value) {
    for (std::size_t i = digits; i-- > 0; value >>= 3)
        block[at + i] = static_cast<std::uint8_t>('0' + (value & 7));
}

/// Makes the checksum of a tar header right.
[[maybe_unused]] void sealTarHeader(Bytes& archive, std::size_t at = 0) {
    std::fill_n(archive.begin() + static_cast<std::ptrdiff_t>(at + 148), 8, std::uint8_t{' '});
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < 512; ++i)
        sum += archive[at + i];
    putOctal(archive, at + 148, 6, sum);
    archive[at + 154] = 0;
}

/// One entry of a tar archive: header, content, padding.
[[maybe_unused]] Bytes tarEntry(const std::string& name, const Bytes& content, char type = '0') {
    Bytes entry(512);
    std::copy(name.begin(), name.end(), entry.begin());
    putOctal(entry, 100, 7, 0644);
    putOctal(entry, 124, 11, content.size());
    entry[156] = static_cast<std::uint8_t>(type);
    const std::string magic = "ustar";
    std::copy(magic.begin(), magic.end(), entry.begin() + 257);
    entry[263] = entry[264] = '0';
    sealTarHeader(entry);
    entry.insert(entry.end(), content.begin(), content.end());
    entry.resize((entry.size() + 511) / 512 * 512);
    return entry;
}

[[maybe_unused]] Bytes tarEnd() {
    return Bytes(1024);
}

} // namespace
