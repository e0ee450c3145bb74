// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_decoders.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <string_view>

#include <png.h>
#include <zlib.h>

namespace kernelscope {

namespace {

/// One compressed byte never inflates to more.
constexpr std::uint64_t kMaxInflation = 1032;

/// Of the chunks that are kept: a palette and what is transparent in it.
constexpr png_alloc_size_t kLargestChunk = 4 << 20;

/// Chunks that are of no use here, each with the zero behind its name: they may be large, and inflate to much more.
/// EXIF is found without libpng.
constexpr std::array<png_byte, 60> kIgnoredChunks = {'b', 'K', 'G', 'D', 0, 'c', 'H', 'R', 'M', 0, 'e', 'X', 'I', 'f',
    0, 'h', 'I', 'S', 'T', 0, 'i', 'C', 'C', 'P', 0, 'i', 'T', 'X', 't', 0, 'o', 'F', 'F', 's', 0, 'p', 'C', 'A', 'L',
    0, 's', 'C', 'A', 'L', 0, 's', 'P', 'L', 'T', 0, 't', 'E', 'X', 't', 0, 'z', 'T', 'X', 't', 0};
constexpr int kChunkNameBytes = 5;

/// libpng's structures, and all that must outlive a jump out of it. Errors jump from libpng's C code to the last
/// setjmp(), over C frames alone: the functions that call setjmp() have no objects with destructors.
class PngReader {
public:
    explicit PngReader(std::span<const std::uint8_t> bytes) : m_left(bytes) {
        m_png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &PngReader::fail, &PngReader::warn);
        m_info = m_png != nullptr ? png_create_info_struct(m_png) : nullptr;
        if (m_info == nullptr) {
            png_destroy_read_struct(&m_png, nullptr, nullptr);
            throw Error({"Cannot read a picture", {}, "no memory for its decoder", {}, "Close other programs."});
        }
        png_set_read_fn(m_png, this, &PngReader::read);
        png_set_user_limits(m_png, kLongestPictureSide, kLongestPictureSide);
        png_set_chunk_malloc_max(m_png, kLargestChunk);
        png_set_keep_unknown_chunks(m_png, PNG_HANDLE_CHUNK_NEVER, kIgnoredChunks.data(),
            static_cast<int>(kIgnoredChunks.size()) / kChunkNameBytes);
    }
    ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }

    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    /// False when libpng found an error, which error() tells.
    bool readHeader() {
        if (setjmp(m_jump) != 0)
            return false;
        png_read_info(m_png, m_info);
        width = png_get_image_width(m_png, m_info);
        height = png_get_image_height(m_png, m_info);
        storedRowBytes = png_get_rowbytes(m_png, m_info);
        isColor = (png_get_color_type(m_png, m_info) & PNG_COLOR_MASK_COLOR) != 0;
        return true;
    }

    /// Asks for 8 bits a channel. False as in readHeader().
    bool prepare() {
        if (setjmp(m_jump) != 0)
            return false;
        png_set_expand(m_png); // palettes, fewer than 8 bits, a colour that is transparent
        png_set_scale_16(m_png);
        passes = png_set_interlace_handling(m_png);
        png_read_update_info(m_png, m_info);
        channels = png_get_channels(m_png, m_info);
        rowBytes = png_get_rowbytes(m_png, m_info);
        return true;
    }

    /// Reads the next row of the pass. False as in readHeader().
    bool readRow(png_bytep row) {
        if (setjmp(m_jump) != 0)
            return false;
        png_read_row(m_png, row, nullptr);
        return true;
    }

    /// Reads what follows the pixels. False as in readHeader().
    bool finish() {
        if (setjmp(m_jump) != 0)
            return false;
        png_read_end(m_png, nullptr);
        return true;
    }

    const char* error() const { return m_error.data(); }

    png_uint_32 width = 0;
    png_uint_32 height = 0;
    std::size_t storedRowBytes = 0;
    std::size_t rowBytes = 0;
    int channels = 0;
    int passes = 1; ///< Over all rows: several where the picture is interlaced.
    bool isColor = false;

private:
    [[noreturn]] static void fail(png_structp png, png_const_charp message) {
        auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
        std::strncpy(self->m_error.data(), message, self->m_error.size() - 1);
        std::longjmp(self->m_jump, 1);
    }
    static void warn(png_structp, png_const_charp) {}
    static void read(png_structp png, png_bytep to, std::size_t count) {
        auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
        if (count > self->m_left.size())
            png_error(png, "cut off");
        std::memcpy(to, self->m_left.data(), count);
        self->m_left = self->m_left.subspan(count);
    }

    std::span<const std::uint8_t> m_left;
    png_structp m_png = nullptr;
    png_infop m_info = nullptr;
    std::jmp_buf m_jump;
    std::array<char, 160> m_error{};
};

[[noreturn]] void refuseDamage(const std::string& source, const PngReader& reader) {
    refusePicture(source, std::string("a damaged PNG picture (") + reader.error() + ")", "an intact one",
        "Copy or save the picture again.");
}

/// Decodes a picture for nothing but to see that it is whole, one row in the other's place.
void requireWhole(std::span<const std::uint8_t> bytes, const std::string& source) {
    PngReader reader(bytes);
    if (!reader.readHeader() || !reader.prepare())
        refuseDamage(source, reader);
    std::vector<std::uint8_t> row(reader.rowBytes);
    for (int pass = 0; pass < reader.passes; ++pass)
        for (std::size_t y = 0; y < reader.height; ++y)
            if (!reader.readRow(row.data()))
                refuseDamage(source, reader);
    if (!reader.finish())
        refuseDamage(source, reader);
}

/// EXIF's TIFF structure; empty where there is none, or a damaged one.
std::span<const std::uint8_t> exifOf(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kSignature = 8;
    constexpr std::size_t kAround = 12; // length and name before a chunk's content, checksum behind it
    constexpr std::string_view kName = "eXIf";
    const auto number = [&](std::size_t at) {
        return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
               bytes[at + 3];
    };
    for (std::size_t at = kSignature; at <= bytes.size() && bytes.size() - at >= kAround;) {
        const std::size_t length = number(at);
        if (length > bytes.size() - at - kAround)
            return {};
        const std::span<const std::uint8_t> named = bytes.subspan(at + 4, 4 + length);
        if (std::equal(kName.begin(), kName.end(), named.begin(),
                [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; }))
            return crc32_z(0, named.data(), named.size()) == number(at + 8 + length) ? named.subspan(kName.size())
                                                                                     : std::span<const std::uint8_t>();
        at += kAround + length;
    }
    return {};
}

} // namespace

RawPicture decodePng(std::span<const std::uint8_t> bytes, const std::string& source, Decode wanted) {
    PngReader reader(bytes);
    if (!reader.readHeader())
        refuseDamage(source, reader);
    const std::uint64_t held = bytes.size() * kMaxInflation / std::max<std::size_t>(reader.storedRowBytes, 1);
    checkPictureSize(source, reader.width, reader.height, held * reader.width, bytes.size());
    RawPicture picture;
    picture.width = static_cast<int>(reader.width);
    picture.height = static_cast<int>(reader.height);
    picture.channels = reader.isColor ? 3 : 1;
    picture.orientation = exifOrientation(exifOf(bytes));
    if (wanted == Decode::Header)
        return picture;

    if (!reader.prepare())
        refuseDamage(source, reader);
    picture.channels = reader.channels;
    const std::size_t size = reader.rowBytes * reader.height;
    if (needsCheck(size, reader.rowBytes))
        requireWhole(bytes, source);
    picture.pixels.resize(size);
    for (int pass = 0; pass < reader.passes; ++pass)
        for (std::size_t y = 0; y < reader.height; ++y)
            if (!reader.readRow(picture.pixels.data() + y * reader.rowBytes))
                refuseDamage(source, reader);
    if (!reader.finish())
        refuseDamage(source, reader);
    return picture;
}

} // namespace kernelscope
