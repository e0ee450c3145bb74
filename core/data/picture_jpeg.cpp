// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_decoders.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio> // jpeglib.h wants FILE

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
        jpeg_save_markers(&m_jpeg, kExifMarker, 0xFFFF);
        jpeg_read_header(&m_jpeg, TRUE);
        return true;
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
    /// Whether what was decoded is not the picture, though libjpeg made something up for what is missing.
    bool isDamaged() const { return m_damaged; }

    /// EXIF's TIFF structure; empty where there is none.
    std::span<const std::uint8_t> exif() const {
        static constexpr std::array<std::uint8_t, 6> kMagic = {'E', 'x', 'i', 'f', 0, 0};
        for (const jpeg_marker_struct* marker = m_jpeg.marker_list; marker != nullptr; marker = marker->next) {
            const std::span<const std::uint8_t> data(marker->data, marker->data_length);
            if (data.size() > kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), data.begin()))
                return data.subspan(kMagic.size());
        }
        return {};
    }

private:
    static constexpr int kExifMarker = JPEG_APP0 + 1;

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
            if (!self(jpeg).m_damaged)
                jpeg->err->format_message(jpeg, self(jpeg).m_error.data());
            self(jpeg).m_damaged = true;
            break;
        default: // superfluous bytes and the like, which leave the picture whole
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
    bool m_damaged = false;
    std::array<char, JMSG_LENGTH_MAX> m_error{};
};

[[noreturn]] void refuseDamage(const std::string& source, const JpegReader& reader) {
    refusePicture(source, std::string("a damaged JPEG picture (") + reader.error() + ")", "an intact one",
        "Copy or save the picture again.");
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
    if (!reader.readHeader(bytes) || reader.isDamaged())
        refuseDamage(source, reader);
    const jpeg_decompress_struct& jpeg = reader.jpeg();
    checkPictureSize(
        source, jpeg.image_width, jpeg.image_height, bytes.size() * kMostPixelsInByte + kFreePixels, bytes.size());
    RawPicture picture;
    picture.width = static_cast<int>(jpeg.image_width);
    picture.height = static_cast<int>(jpeg.image_height);
    picture.channels = jpeg.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    picture.orientation = exifOrientation(reader.exif());
    if (wanted == Decode::Header)
        return picture;

    if (!reader.start() || reader.isDamaged())
        refuseDamage(source, reader);
    const std::size_t rowBytes = std::size_t{jpeg.output_width} * static_cast<std::size_t>(jpeg.output_components);
    while (jpeg.output_scanline < jpeg.output_height)
        if (!reader.readRow(addPictureRow(picture.pixels, rowBytes, jpeg.output_height)) || reader.isDamaged())
            refuseDamage(source, reader);
    if (!reader.finish() || reader.isDamaged())
        refuseDamage(source, reader);
    if (jpeg.out_color_space == JCS_CMYK)
        toRgb(picture.pixels, jpeg.saw_Adobe_marker);
    return picture;
}

} // namespace kernelscope
