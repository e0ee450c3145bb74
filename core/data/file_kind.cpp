// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/file_kind.h"

#include "base/error.h"
#include "data/class_names.h"
#include "data/gzip_file.h"
#include "data/stored_file.h"
#include "data/tar_reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

namespace kernelscope {

namespace {

bool startsWith(std::span<const std::uint8_t> bytes, std::string_view magic, std::size_t at = 0) {
    return bytes.size() >= at + magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
               [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; });
}

bool isText(std::span<const std::uint8_t> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) {
        return (byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\r' || byte == '\t' || byte == '\f';
    });
}

/// ISO base media: the brand says which of its children it is.
FileKind mediaKind(std::span<const std::uint8_t> begin) {
    if (startsWith(begin, "avif", 8) || startsWith(begin, "avis", 8))
        return FileKind::Avif;
    for (const char* brand : {"heic", "heix", "hevc", "mif1", "msf1"})
        if (startsWith(begin, brand, 8))
            return FileKind::Heif;
    return FileKind::Unknown;
}

} // namespace

FileKind fileKind(std::span<const std::uint8_t> begin) {
    using namespace std::string_view_literals;
    if (begin.empty())
        return FileKind::Empty;
    if (startsWith(begin, "\0\0\x08\x03"sv))
        return FileKind::IdxImages;
    if (startsWith(begin, "\0\0\x08\x01"sv))
        return FileKind::IdxLabels;
    static constexpr std::array kMagics = {
        std::pair{"PK\x03\x04"sv, FileKind::Zip},
        std::pair{"PK\x05\x06"sv, FileKind::Zip},
        std::pair{"\x1F\x8B"sv, FileKind::Gzip},
        std::pair{"\x93NUMPY"sv, FileKind::Npy},
        std::pair{"\x89PNG\r\n\x1A\n"sv, FileKind::Png},
        std::pair{"\xFF\xD8\xFF"sv, FileKind::Jpeg},
        std::pair{"GIF8"sv, FileKind::Gif},
        std::pair{"BM"sv, FileKind::Bmp},
        std::pair{"II*\0"sv, FileKind::Tiff},
        std::pair{"MM\0*"sv, FileKind::Tiff},
        std::pair{"<svg"sv, FileKind::Svg},
        std::pair{"%PDF"sv, FileKind::Pdf},
        std::pair{"\x89HDF\r\n\x1A\n"sv, FileKind::Hdf5},
    };
    for (const auto& [magic, kind] : kMagics)
        if (startsWith(begin, magic) && (kind != FileKind::Bmp || !isText(begin)))
            return kind;
    if (startsWith(begin, "RIFF") && startsWith(begin, "WEBP", 8))
        return FileKind::WebP;
    if (startsWith(begin, "ftyp", 4))
        return mediaKind(begin);
    if (isTarHeader(begin))
        return FileKind::Tar;
    // IDX of another type, but not any file that happens to begin with zeros.
    if (begin.size() >= 4 && begin[0] == 0 && begin[1] == 0 && begin[2] >= 0x08 && begin[2] <= 0x0E && begin[3] >= 1 &&
        begin[3] <= 8)
        return FileKind::Idx;
    // Protocols 2 to 5; the older ones have no mark of their own.
    if (begin.size() >= 3 && begin[0] == 0x80 && begin[1] >= 2 && begin[1] <= 5)
        return FileKind::Pickle;
    return isText(begin) ? FileKind::Text : FileKind::Unknown;
}

FileKind storedFileKind(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return FileKind::Missing;
    if (std::filesystem::file_size(path, error) == 0 && !error)
        return FileKind::Empty;
    try {
        std::array<std::uint8_t, kKindBytes> begin;
        const std::size_t count = StoredFile(path).read(begin);
        return fileKind(std::span(begin).first(count));
    } catch (const Error&) {
        return FileKind::Missing;
    }
}

FileKind fileKind(const std::filesystem::path& path) {
    const FileKind stored = storedFileKind(path);
    if (stored != FileKind::Gzip)
        return stored;
    std::array<std::uint8_t, kKindBytes> begin;
    std::size_t count = 0;
    try {
        GzipFile file(path);
        // Little by little: what is cut off may still show what it was.
        while (count < begin.size() && file.read(std::span(begin).subspan(count, 1)) == 1)
            ++count;
    } catch (const Error&) {
        if (count == 0)
            return FileKind::Gzip;
    }
    return fileKind(std::span(begin).first(count));
}

std::string describe(FileKind kind) {
    switch (kind) {
    case FileKind::Missing:
        return "a file that cannot be read";
    case FileKind::Empty:
        return "an empty file";
    case FileKind::IdxImages:
    case FileKind::IdxLabels:
    case FileKind::Idx:
        return "an IDX file";
    case FileKind::Tar:
        return "a tar archive";
    case FileKind::Zip:
        return "a zip archive";
    case FileKind::Gzip:
        return "a file compressed with gzip";
    case FileKind::Npy:
        return "a NumPy array";
    case FileKind::Png:
        return "PNG";
    case FileKind::Jpeg:
        return "JPEG";
    case FileKind::Gif:
        return "GIF";
    case FileKind::Bmp:
        return "BMP";
    case FileKind::WebP:
        return "WebP";
    case FileKind::Tiff:
        return "TIFF";
    case FileKind::Heif:
        return "HEIF";
    case FileKind::Avif:
        return "AVIF";
    case FileKind::Svg:
        return "SVG";
    case FileKind::Pdf:
        return "PDF";
    case FileKind::Pickle:
        return "a Python pickle";
    case FileKind::Hdf5:
        return "HDF5";
    case FileKind::Text:
        return "a text file";
    case FileKind::Unknown:
        break;
    }
    return "an unknown format";
}

bool isTestName(const std::string& name) {
    const std::string lower = toLower(name);
    for (const char* word : {"t10k", "test", "val"}) {
        for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
            if (at == 0 || lower[at - 1] < 'a' || lower[at - 1] > 'z')
                return true;
    }
    return false;
}

std::uint64_t totalSize(std::span<const std::filesystem::path> paths) {
    std::uint64_t total = 0;
    for (const std::filesystem::path& path : paths) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(path, error);
        total += error ? 0 : size;
    }
    return total;
}

} // namespace kernelscope
