// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of readers: small files made here, good or spoilt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
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

[[maybe_unused]] void appendLittle(Bytes& bytes, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// A .npy array: the header's dictionary as it is given, then the values.
[[maybe_unused]] Bytes npyOf(const std::string& dictionary, const Bytes& values, int version = 1) {
    const std::string magic = "\x93NUMPY";
    Bytes bytes(magic.begin(), magic.end());
    bytes.push_back(static_cast<std::uint8_t>(version));
    bytes.push_back(0);
    std::string text = dictionary;
    const std::size_t before = version == 1 ? 10 : 12;
    text.append(63 - (before + text.size()) % 64, ' ');
    text += '\n';
    appendLittle(bytes, text.size(), version == 1 ? 2 : 4);
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.insert(bytes.end(), values.begin(), values.end());
    return bytes;
}

/// A .npy array as NumPy writes it. @param shape as "2, 3" or "4,".
[[maybe_unused]] Bytes npy(
    const std::string& type, const std::string& shape, const Bytes& values, bool fortranOrder = false) {
    return npyOf("{'descr': '" + type + "', 'fortran_order': " + (fortranOrder ? "True" : "False") + ", 'shape': (" +
                     shape + "), }",
        values);
}

/// How an entry of a zip archive is written.
enum class ZipForm { Stored, Deflated, Zip64 };

/// A zip archive of these files, as numpy.savez or numpy.savez_compressed writes it.
[[maybe_unused]] Bytes zip(const std::vector<std::pair<std::string, Bytes>>& files, ZipForm form = ZipForm::Stored) {
    Bytes archive;
    Bytes directory;
    for (const auto& file : files) {
        const std::string& name = file.first; // no structured binding: clang lets no lambda refer to one
        const Bytes& content = file.second;
        Bytes stored = content;
        if (form == ZipForm::Deflated) {
            const Bytes packed = gzip(content); // between a header of ten bytes and a trailer of eight lies raw deflate
            stored.assign(packed.begin() + 10, packed.end() - 8);
        }
        const bool zip64 = form == ZipForm::Zip64;
        const auto checksum = static_cast<std::uint32_t>(crc32(0, content.data(), static_cast<uInt>(content.size())));
        const std::size_t at = archive.size();
        const auto common = [&](Bytes& to) {
            appendLittle(to, 45, 2);
            appendLittle(to, 0, 2); // flags
            appendLittle(to, form == ZipForm::Deflated ? 8 : 0, 2);
            appendLittle(to, 0, 4);
            appendLittle(to, checksum, 4);
            appendLittle(to, zip64 ? 0xFFFFFFFF : stored.size(), 4);
            appendLittle(to, zip64 ? 0xFFFFFFFF : content.size(), 4);
            appendLittle(to, name.size(), 2);
        };
        const auto zip64Field = [&](Bytes& to) {
            if (!zip64)
                return;
            appendLittle(to, 1, 2);
            appendLittle(to, 16, 2);
            appendLittle(to, content.size(), 8);
            appendLittle(to, stored.size(), 8);
        };
        appendLittle(archive, 0x04034B50, 4);
        common(archive);
        appendLittle(archive, zip64 ? 20 : 0, 2);
        archive.insert(archive.end(), name.begin(), name.end());
        zip64Field(archive);
        archive.insert(archive.end(), stored.begin(), stored.end());
        appendLittle(directory, 0x02014B50, 4);
        appendLittle(directory, 45, 2);
        common(directory);
        appendLittle(directory, zip64 ? 20 : 0, 2);
        directory.insert(directory.end(), 10, 0); // comment's length, disk, attributes
        appendLittle(directory, at, 4);
        directory.insert(directory.end(), name.begin(), name.end());
        zip64Field(directory);
    }
    const std::size_t directoryAt = archive.size();
    archive.insert(archive.end(), directory.begin(), directory.end());
    if (form == ZipForm::Zip64) {
        const std::size_t endAt = archive.size();
        appendLittle(archive, 0x06064B50, 4);
        appendLittle(archive, 44, 8);
        appendLittle(archive, 45, 2);
        appendLittle(archive, 45, 2);
        appendLittle(archive, 0, 8);
        appendLittle(archive, files.size(), 8);
        appendLittle(archive, files.size(), 8);
        appendLittle(archive, directory.size(), 8);
        appendLittle(archive, directoryAt, 8);
        appendLittle(archive, 0x07064B50, 4);
        appendLittle(archive, 0, 4);
        appendLittle(archive, endAt, 8);
        appendLittle(archive, 1, 4);
    }
    const bool zip64 = form == ZipForm::Zip64;
    appendLittle(archive, 0x06054B50, 4);
    appendLittle(archive, 0, 4);
    appendLittle(archive, zip64 ? 0xFFFF : files.size(), 2);
    appendLittle(archive, zip64 ? 0xFFFF : files.size(), 2);
    appendLittle(archive, zip64 ? 0xFFFFFFFF : directory.size(), 4);
    appendLittle(archive, zip64 ? 0xFFFFFFFF : directoryAt, 4);
    appendLittle(archive, 0, 2);
    return archive;
}

} // namespace
