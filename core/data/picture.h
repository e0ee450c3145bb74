// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pictures as people have them, PNG and JPEG, turned into the bytes that data sets consist of.
#pragma once

#include "network/shape.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// A picture in memory.
struct Picture {
    Shape shape;                      ///< One channel (grey) or three (red, green, blue).
    std::vector<std::uint8_t> pixels; ///< shape.size() of them, CHW, 0 = dark.
    bool wasTransparent = false;      ///< Whether parts of it let a ground shine through, for which white was taken.
};

/// What a picture's header says.
struct PictureHeader {
    int width = 0; ///< As people see it: after a camera's turn was undone.
    int height = 0;
    bool isColor = false; ///< Whether it is stored in colour. All its pixels may be grey all the same.
};

/// No picture has more pixels than this: 8192 x 8192, a third more than the largest of common cameras.
inline constexpr std::uint64_t kMostPicturePixels = std::uint64_t{1} << 26;

/// No picture is longer or wider than this.
inline constexpr int kLongestPictureSide = 32768;

/// A picture file has no more bytes than this.
inline constexpr std::uint64_t kLargestPictureFile = std::uint64_t{256} << 20;

/// Reads a PNG or JPEG file, known by its content: any depth (16 bits are rounded to 8), palettes, interlaced and
/// progressive ones, CMYK as Adobe writes it. What is transparent is laid on white; EXIF's orientation is followed;
/// colour profiles and gamma are left aside. Sizes are compared with the limits above, and with what a file of that
/// length can hold, before anything of that size is allocated; damaged and cut off pictures are refused. Throws Error,
/// which says what was found.
Picture readPicture(const std::filesystem::path& path);

/// The same from the bytes of a file. @param source is named in errors.
Picture decodePicture(std::span<const std::uint8_t> bytes, const std::string& source);

/// Only what the header says, without decoding the pixels. Throws Error as readPicture() would for its header.
PictureHeader readPictureHeader(const std::filesystem::path& path);
PictureHeader decodePictureHeader(std::span<const std::uint8_t> bytes, const std::string& source);

/// The picture in another size: each pixel is the mean over the area that it covers in the given one. In whole numbers,
/// so that the result is the same everywhere. Aspect is not kept. Sizes are at least 1.
Picture scaledPicture(const Picture& picture, int width, int height);

/// Whether all pixels are grey, however the picture is stored.
bool isGrey(const Picture& picture);

/// The same picture in one channel: luma (ITU-R BT.601).
Picture greyPicture(Picture picture);

/// The same picture in three channels.
Picture colorPicture(Picture picture);

} // namespace kernelscope
