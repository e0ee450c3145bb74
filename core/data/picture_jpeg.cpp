// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_decoders.h"
#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio> // jpeglib.h wants FILE
#include <string_view>

#include <jpeglib.h>

#include <jerror.h>

namespace kernelscope {

namespace {

/// A block of 8 x 8 pixels takes one bit at least, unless arithmetic coding makes it less; twice that is granted.
constexpr std::uint64_t kMostPixelsInByte = 1024;
/// Granted to the smallest files.
constexpr std::uint64_t kFreePixels = 64 * 1024;

/// Scans of a progressive picture; encoders make about ten. Each costs time for all pixels.
constexpr int kMostScans = 100;

constexpr long kMostDecoderMemory = 600L << 20;

/// A progressive picture's coefficients are held for all of it, before its last scan shows whether the file is whole: 3
/// to 6 bytes for a pixel. Of photographs, these are 6 to 30 times the file, of products on white paper 500 times: a
/// blank block of 128 bytes takes a bit.
constexpr std::uint64_t kMostCoefficientBytes = 1024; ///< For each byte of the file.
constexpr std::uint64_t kFreeCoefficientBytes = std::uint64_t{1} << 20;

/// libjpeg's structures, and all that must outlive a jump out of it. Errors jump from libjpeg's C code to the last
/// setjmp(), over C frames alone: the functions that call setjmp() have no objects with destructors.
class JpegReader {
public:
    JpegReader() = default;
    ~JpegReader() {
        if (m_created)
            jpeg_destroy_decompress(&m_jpeg);
    }

    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    /// False when libjpeg found an error, which error() tells.
    bool readHeader(std::span<const std::uint8_t> bytes) {
        m_jpeg.err = jpeg_std_error(&m_errors);
        m_errors.error_exit = &JpegReader::fail;
        m_errors.emit_message = &JpegReader::warn;
        m_jpeg.client_data = this;
        if (setjmp(m_jump) != 0)
            return false;
        jpeg_create_decompress(&m_jpeg);
        m_created = true;
        m_jpeg.mem->max_memory_to_use = kMostDecoderMemory;
        m_progress.progress_monitor = &JpegReader::watch;
        m_jpeg.progress = &m_progress;
        jpeg_mem_src(&m_jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
        jpeg_read_header(&m_jpeg, TRUE);
        return true;
    }

    /// Bytes that libjpeg holds for the whole picture: none, unless it comes in several scans.
    std::uint64_t coefficientBytes() {
        if (jpeg_has_multiple_scans(&m_jpeg) == FALSE)
            return 0;
        std::uint64_t bytes = 0;
        for (int i = 0; i < m_jpeg.num_components; ++i) {
            const jpeg_component_info& component = m_jpeg.comp_info[i];
            bytes += std::uint64_t{component.width_in_blocks} * component.height_in_blocks * sizeof(JBLOCK);
        }
        return bytes;
    }

    /// With an eighth of the width and height: of what is compressed all is read, but little is made of it.
    void shrink() {
        m_jpeg.scale_num = 1;
        m_jpeg.scale_denom = 8;
    }

    /// False as in readHeader().
    bool start() {
        if (setjmp(m_jump) != 0)
            return false;
        switch (m_jpeg.jpeg_color_space) {
        case JCS_GRAYSCALE:
            m_jpeg.out_color_space = JCS_GRAYSCALE;
            break;
        case JCS_CMYK:
        case JCS_YCCK:
            m_jpeg.out_color_space = JCS_CMYK;
            break;
        default:
            m_jpeg.out_color_space = JCS_RGB;
        }
        jpeg_start_decompress(&m_jpeg);
        return true;
    }

    /// Reads the next row. False as in readHeader().
    bool readRow(std::uint8_t* pixels) {
        if (setjmp(m_jump) != 0)
            return false;
        JSAMPROW row = pixels;
        jpeg_read_scanlines(&m_jpeg, &row, 1);
        return true;
    }

    /// Reads what follows the pixels. False as in readHeader().
    bool finish() {
        if (setjmp(m_jump) != 0)
            return false;
        jpeg_finish_decompress(&m_jpeg);
        return true;
    }

    const jpeg_decompress_struct& jpeg() const { return m_jpeg; }
    const char* error() const { return m_error.data(); }

private:
    static JpegReader& self(j_common_ptr jpeg) { return *static_cast<JpegReader*>(jpeg->client_data); }

    [[noreturn]] static void fail(j_common_ptr jpeg) {
        jpeg->err->format_message(jpeg, self(jpeg).m_error.data());
        std::longjmp(self(jpeg).m_jump, 1);
    }

    static void warn(j_common_ptr jpeg, int level) {
        if (level >= 0)
            return; // chatter
        switch (jpeg->err->msg_code) {
        case JWRN_JPEG_EOF:
        case JWRN_HIT_MARKER:
        case JWRN_HUFF_BAD_CODE:
        case JWRN_ARITH_BAD_CODE:
        case JWRN_MUST_RESYNC:
        case JWRN_BOGUS_PROGRESSION:
            fail(jpeg); // at once, lest libjpeg makes up what is missing
        default:        // superfluous bytes and the like, which leave the picture whole
            break;
        }
    }

    static void watch(j_common_ptr jpeg) {
        if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMostScans)
            return;
        constexpr std::string_view kTooMany = "more scans than any encoder makes";
        std::copy(kTooMany.begin(), kTooMany.end(), self(jpeg).m_error.begin());
        std::longjmp(self(jpeg).m_jump, 1);
    }

    jpeg_decompress_struct m_jpeg{};
    jpeg_error_mgr m_errors{};
    jpeg_progress_mgr m_progress{};
    std::jmp_buf m_jump;
    bool m_created = false;
    std::array<char, JMSG_LENGTH_MAX> m_error{};
};

[[noreturn]] void refuseDamage(const std::string& source, const JpegReader& reader) {
    refusePicture(source, std::string("a damaged JPEG picture (") + reader.error() + ")", "an intact one",
        "Copy or save the picture again.");
}

/// Decodes a picture for nothing but to see that it is whole, one row in the other's place.
void requireWhole(std::span<const std::uint8_t> bytes, const std::string& source) {
    JpegReader reader;
    if (!reader.readHeader(bytes))
        refuseDamage(source, reader);
    reader.shrink();
    if (!reader.start())
        refuseDamage(source, reader);
    const jpeg_decompress_struct& jpeg = reader.jpeg();
    std::vector<std::uint8_t> row(std::size_t{jpeg.output_width} * static_cast<std::size_t>(jpeg.output_components));
    while (jpeg.output_scanline < jpeg.output_height)
        if (!reader.readRow(row.data()))
            refuseDamage(source, reader);
    if (!reader.finish())
        refuseDamage(source, reader);
}

/// EXIF's TIFF structure; empty where there is none before the first scan. (libjpeg would keep a copy of each marker.)
std::span<const std::uint8_t> exifOf(std::span<const std::uint8_t> bytes) {
    static constexpr std::array<std::uint8_t, 6> kMagic = {'E', 'x', 'i', 'f', 0, 0};
    constexpr std::uint8_t kExifMarker = JPEG_APP0 + 1;
    constexpr std::uint8_t kStartOfScan = 0xDA;
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && bytes[at] == 0xFF) {
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) { // filling
            ++at;
            continue;
        }
        const std::size_t length = std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
        if (marker == kStartOfScan || length < 2 || length > bytes.size() - at - 2)
            return {};
        const std::span<const std::uint8_t> data = bytes.subspan(at + 4, length - 2);
        if (marker == kExifMarker && data.size() > kMagic.size() &&
            std::equal(kMagic.begin(), kMagic.end(), data.begin()))
            return data.subspan(kMagic.size());
        at += 2 + length;
    }
    return {};
}

/// Inks to light. Adobe stores the inks inverted, as light that is let through.
void toRgb(std::vector<std::uint8_t>& pixels, bool inverted) {
    std::size_t to = 0;
    for (std::size_t at = 0; at + 4 <= pixels.size(); at += 4, to += 3) {
        const int flip = inverted ? 0 : 255;
        const int black = pixels[at + 3] ^ flip;
        for (std::size_t c = 0; c < 3; ++c)
            pixels[to + c] = static_cast<std::uint8_t>(((pixels[at + c] ^ flip) * black + 127) / 255);
    }
    pixels.resize(to);
}

} // namespace

RawPicture decodeJpeg(std::span<const std::uint8_t> bytes, const std::string& source, Decode wanted) {
    JpegReader reader;
    if (!reader.readHeader(bytes))
        refuseDamage(source, reader);
    const jpeg_decompress_struct& jpeg = reader.jpeg();
    checkPictureSize(
        source, jpeg.image_width, jpeg.image_height, bytes.size() * kMostPixelsInByte + kFreePixels, bytes.size());
    RawPicture picture;
    picture.width = static_cast<int>(jpeg.image_width);
    picture.height = static_cast<int>(jpeg.image_height);
    picture.channels = jpeg.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    picture.orientation = exifOrientation(exifOf(bytes));
    if (wanted == Decode::Header)
        return picture;

    const std::uint64_t coefficients = reader.coefficientBytes();
    const std::uint64_t most = bytes.size() * kMostCoefficientBytes + kFreeCoefficientBytes;
    if (coefficients > most)
        refusePicture(source, "a progressive JPEG picture that needs " + bytesText(coefficients) + " to be decoded",
            "at most " + bytesText(most) + " for a file of " + bytesText(bytes.size()),
            "Save the picture smaller, or not as progressive.");
    const std::uint64_t row = std::uint64_t{jpeg.image_width} * static_cast<std::uint64_t>(jpeg.num_components);
    if (coefficients == 0 && needsCheck(row * jpeg.image_height, row)) // otherwise all scans come before the first row
        requireWhole(bytes, source);
    if (!reader.start())
        refuseDamage(source, reader);
    const std::size_t rowBytes = std::size_t{jpeg.output_width} * static_cast<std::size_t>(jpeg.output_components);
    picture.pixels.resize(rowBytes * jpeg.output_height);
    while (jpeg.output_scanline < jpeg.output_height)
        if (!reader.readRow(picture.pixels.data() + jpeg.output_scanline * rowBytes))
            refuseDamage(source, reader);
    if (!reader.finish())
        refuseDamage(source, reader);
    if (jpeg.out_color_space == JCS_CMYK)
        toRgb(picture.pixels, jpeg.saw_Adobe_marker);
    return picture;
}

} // namespace kernelscope
