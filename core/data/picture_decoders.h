// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the decoders of picture formats and picture.cpp share; nobody else needs it.
#pragma once

#include "base/error.h"
#include "data/picture.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// A picture as its format has it.
struct RawPicture {
    int width = 0;
    int height = 0;
    int channels = 0; ///< 1 grey, 2 grey and opacity, 3 colour, 4 colour and opacity. Interleaved.
    std::vector<std::uint8_t> pixels;
    int orientation = 1; ///< EXIF's: where the first row and column lie, 1 to 8.
};

/// How much of a picture is wanted.
enum class Decode { Header, Whole };

/// With Decode::Header, pixels stays empty and channels tells grey from colour only. Throws Error.
RawPicture decodePng(std::span<const std::uint8_t> bytes, const std::string& source, Decode wanted);
RawPicture decodeJpeg(std::span<const std::uint8_t> bytes, const std::string& source, Decode wanted);

/// EXIF's orientation, 1 to 8, from a TIFF structure; 1 where it says nothing sensible.
int exifOrientation(std::span<const std::uint8_t> tiff);

/// Throws the Error about a picture.
[[noreturn]] void refusePicture(
    const std::string& source, std::string found, std::string expected, std::string advice = {});

/// Refuses sides and areas beyond the limits, and those that a file of so many bytes cannot hold.
/// @param mostPixels that the bytes can hold.
void checkPictureSize(const std::string& source, std::uint64_t width, std::uint64_t height, std::uint64_t mostPixels,
    std::uint64_t bytes);

/// Whether decoded pixels need so much room, together with what decoders keep for themselves, some rows, that the file
/// must be known to be whole before: it is decoded once for nothing but that.
inline bool needsCheck(std::uint64_t pixelBytes, std::uint64_t rowBytes) {
    constexpr std::uint64_t kUnchecked = std::uint64_t{768} << 10;
    constexpr std::uint64_t kRows = 16;
    return pixelBytes + kRows * rowBytes > kUnchecked;
}

} // namespace kernelscope
