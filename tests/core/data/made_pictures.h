// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: picture files made here, good or spoilt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio> // jpeglib.h wants FILE
#include <cstdlib>
#include <string>
#include <vector>

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

namespace {

using PictureBytes = std::vector<std::uint8_t>;

/// How a PNG shall be stored.
struct PngForm {
    int width = 1;
    int height = 1;
    int colorType = PNG_COLOR_TYPE_GRAY;
    int depth = 8;
    bool interlaced = false;
    std::vector<png_color> palette;
    std::vector<std::uint8_t> paletteOpacity;
    PictureBytes exif;
};

/// Rows as PNG has them: channels interleaved, samples of 16 bits with the high byte first.
[[maybe_unused]] PictureBytes png(const PngForm& form, const PictureBytes& rows) {
    PictureBytes bytes;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(
        png, &bytes,
        [](png_structp writer, png_bytep data, std::size_t count) {
            auto* to = static_cast<PictureBytes*>(png_get_io_ptr(writer));
            to->insert(to->end(), data, data + count);
        },
        nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(form.width), static_cast<png_uint_32>(form.height), form.depth,
        form.colorType, form.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    if (!form.palette.empty())
        png_set_PLTE(png, info, form.palette.data(), static_cast<int>(form.palette.size()));
    if (!form.paletteOpacity.empty())
        png_set_tRNS(png, info, form.paletteOpacity.data(), static_cast<int>(form.paletteOpacity.size()), nullptr);
    PictureBytes exif = form.exif;
    if (!exif.empty())
        png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
    png_write_info(png, info);
    const std::size_t rowBytes = rows.size() / static_cast<std::size_t>(form.height);
    std::vector<png_bytep> pointers;
    for (std::size_t y = 0; y < static_cast<std::size_t>(form.height); ++y)
        pointers.push_back(const_cast<png_bytep>(rows.data() + y * rowBytes));
    png_write_image(png, pointers.data());
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    return bytes;
}

/// A grey PNG.
[[maybe_unused]] PictureBytes greyPng(int width, int height, const PictureBytes& pixels) {
    return png({.width = width, .height = height, .palette = {}, .paletteOpacity = {}, .exif = {}}, pixels);
}

/// A colour PNG, red, green and blue interleaved.
[[maybe_unused]] PictureBytes colorPng(int width, int height, const PictureBytes& pixels) {
    return png({.width = width,
                   .height = height,
                   .colorType = PNG_COLOR_TYPE_RGB,
                   .palette = {},
                   .paletteOpacity = {},
                   .exif = {}},
        pixels);
}

/// Writes numbers of a PNG's header and makes its checksum right: for sizes that no encoder would write.
[[maybe_unused]] PictureBytes pngThatClaims(PictureBytes bytes, std::uint32_t width, std::uint32_t height) {
    const auto put = [&](std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    };
    put(16, width);
    put(20, height);
    put(29, static_cast<std::uint32_t>(crc32(0, bytes.data() + 12, 17)));
    return bytes;
}

/// How a JPEG shall be stored.
struct JpegForm {
    int width = 1;
    int height = 1;
    J_COLOR_SPACE space = JCS_RGB; ///< Of the given pixels.
    bool progressive = false;
    int quality = 95;
    PictureBytes exif; ///< A TIFF structure, without "Exif".
};

/// Pixels interleaved.
[[maybe_unused]] PictureBytes jpeg(const JpegForm& form, const PictureBytes& pixels) {
    jpeg_compress_struct encoder{};
    jpeg_error_mgr errors{};
    encoder.err = jpeg_std_error(&errors);
    jpeg_create_compress(&encoder);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&encoder, &memory, &size);
    const int channels = form.space == JCS_GRAYSCALE ? 1 : form.space == JCS_CMYK ? 4 : 3;
    encoder.image_width = static_cast<JDIMENSION>(form.width);
    encoder.image_height = static_cast<JDIMENSION>(form.height);
    encoder.input_components = channels;
    encoder.in_color_space = form.space;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, form.quality, TRUE);
    if (form.progressive)
        jpeg_simple_progression(&encoder);
    jpeg_start_compress(&encoder, TRUE);
    if (!form.exif.empty()) {
        PictureBytes marker = {'E', 'x', 'i', 'f', 0, 0};
        marker.insert(marker.end(), form.exif.begin(), form.exif.end());
        jpeg_write_marker(&encoder, JPEG_APP0 + 1, marker.data(), static_cast<unsigned>(marker.size()));
    }
    const auto rowBytes = static_cast<std::size_t>(form.width * channels);
    while (encoder.next_scanline < encoder.image_height) {
        auto* row = const_cast<JSAMPROW>(pixels.data() + encoder.next_scanline * rowBytes);
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    PictureBytes bytes(memory, memory + size);
    jpeg_destroy_compress(&encoder);
    std::free(memory);
    return bytes;
}

/// A TIFF structure that says nothing but an orientation.
[[maybe_unused]] PictureBytes orientationExif(int orientation, bool littleEndian) {
    const auto value = static_cast<std::uint8_t>(orientation);
    if (littleEndian)
        return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0};
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0};
}

} // namespace
