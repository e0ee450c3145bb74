// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture.h"

#include "data/file_kind.h"
#include "data/picture_decoders.h"
#include "data/read_error.h"
#include "data/stored_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace kernelscope {

namespace {

std::string sizeText(std::uint64_t width, std::uint64_t height) {
    return std::to_string(width) + " x " + std::to_string(height);
}

/// As they lie on disk: a picture that was compressed once more is none.
std::vector<std::uint8_t> readBytes(const std::filesystem::path& path) {
    StoredFile file(path);
    if (file.size() > kLargestPictureFile)
        refusePicture(path.string(), bytesText(file.size()), "at most " + bytesText(kLargestPictureFile));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(file.size()));
    bytes.resize(file.read(bytes));
    return bytes;
}

RawPicture decode(std::span<const std::uint8_t> bytes, const std::string& source, Decode wanted) {
    const FileKind kind = fileKind(bytes.first(std::min(bytes.size(), kKindBytes)));
    switch (kind) {
    case FileKind::Png:
        return decodePng(bytes, source, wanted);
    case FileKind::Jpeg:
        return decodeJpeg(bytes, source, wanted);
    default:
        refusePicture(source, describe(kind), "a PNG or JPEG picture", "Save it as PNG or JPEG.");
    }
}

/// From 5 on, rows of the file are columns of the picture.
bool swapsSides(int orientation) {
    return orientation >= 5;
}

/// Lays what is transparent on white; then grey and opacity become grey, colour and opacity colour.
void layOnWhite(RawPicture& picture, bool& wasTransparent) {
    const auto channels = static_cast<std::size_t>(picture.channels);
    const std::size_t colors = channels - 1;
    std::size_t to = 0;
    for (std::size_t at = 0; at + channels <= picture.pixels.size(); at += channels, to += colors) {
        const int opacity = picture.pixels[at + colors];
        wasTransparent = wasTransparent || opacity != 255;
        for (std::size_t c = 0; c < colors; ++c) {
            const int value = picture.pixels[at + c];
            picture.pixels[to + c] = static_cast<std::uint8_t>((value * opacity + 255 * (255 - opacity) + 127) / 255);
        }
    }
    picture.pixels.resize(to);
    picture.channels = static_cast<int>(colors);
}

/// Where in the file the picture's pixel (x, y) lies, in EXIF's eight orientations (Exif 2.3, tag 274).
std::pair<int, int> placeInFile(int orientation, int x, int y, int fileWidth, int fileHeight) {
    const int right = fileWidth - 1;
    const int bottom = fileHeight - 1;
    switch (orientation) {
    case 2:
        return {right - x, y};
    case 3:
        return {right - x, bottom - y};
    case 4:
        return {x, bottom - y};
    case 5:
        return {y, x};
    case 6:
        return {y, bottom - x};
    case 7:
        return {right - y, bottom - x};
    case 8:
        return {right - y, x};
    default:
        return {x, y};
    }
}

} // namespace

void refusePicture(const std::string& source, std::string found, std::string expected, std::string advice) {
    throw Error({"Cannot read the picture", source, std::move(found), std::move(expected), std::move(advice)});
}

void checkPictureSize(const std::string& source, std::uint64_t width, std::uint64_t height, std::uint64_t mostPixels,
    std::uint64_t bytes) {
    if (width == 0 || height == 0)
        refusePicture(source, "a picture of " + sizeText(width, height), "at least one pixel");
    constexpr auto kLongest = static_cast<std::uint64_t>(kLongestPictureSide);
    if (width > kLongest || height > kLongest || width * height > kMostPicturePixels)
        refusePicture(source, "a picture of " + sizeText(width, height),
            "at most " + std::to_string(kMostPicturePixels / 1000000) + " million pixels, and " +
                std::to_string(kLongestPictureSide) + " a side",
            "Save the picture smaller.");
    if (width * height > mostPixels)
        refusePicture(source, "a header that claims " + sizeText(width, height) + " pixels",
            "no more than " + bytesText(bytes) + " can hold", "Copy or save the picture again.");
}

int exifOrientation(std::span<const std::uint8_t> tiff) {
    constexpr std::size_t kEntryBytes = 12;
    constexpr std::uint32_t kOrientationTag = 0x0112;
    constexpr std::uint32_t kShort = 3;
    if (tiff.size() < 8 || tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M'))
        return 1;
    const bool little = tiff[0] == 'I';
    const auto number = [&](std::size_t at, std::size_t count) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value << 8 | tiff[at + (little ? count - 1 - i : i)];
        return value;
    };
    const std::size_t directory = number(4, 4);
    if (directory > tiff.size() || tiff.size() - directory < 2)
        return 1;
    const std::size_t entries = number(directory, 2);
    for (std::size_t i = 0, at = directory + 2; i < entries && tiff.size() - at >= kEntryBytes;
         ++i, at += kEntryBytes) {
        if (number(at, 2) != kOrientationTag)
            continue;
        const std::uint32_t value = number(at + 8, 2);
        return number(at + 2, 2) == kShort && value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

Picture decodePicture(std::span<const std::uint8_t> bytes, const std::string& source) {
    RawPicture raw = decode(bytes, source, Decode::Whole);
    Picture picture;
    if (raw.channels == 2 || raw.channels == 4)
        layOnWhite(raw, picture.wasTransparent);
    const bool swapped = swapsSides(raw.orientation);
    picture.shape = {raw.channels, swapped ? raw.width : raw.height, swapped ? raw.height : raw.width};
    picture.pixels.resize(picture.shape.size());
    std::uint8_t* to = picture.pixels.data();
    for (int c = 0; c < raw.channels; ++c)
        for (int y = 0; y < picture.shape.height; ++y)
            for (int x = 0; x < picture.shape.width; ++x) {
                const auto [fileX, fileY] = placeInFile(raw.orientation, x, y, raw.width, raw.height);
                const std::size_t pixel = static_cast<std::size_t>(fileY) * static_cast<std::size_t>(raw.width) +
                                          static_cast<std::size_t>(fileX);
                *to++ = raw.pixels[pixel * static_cast<std::size_t>(raw.channels) + static_cast<std::size_t>(c)];
            }
    return picture;
}

Picture readPicture(const std::filesystem::path& path) {
    return decodePicture(readBytes(path), path.string());
}

PictureHeader decodePictureHeader(std::span<const std::uint8_t> bytes, const std::string& source) {
    const RawPicture raw = decode(bytes, source, Decode::Header);
    const bool swapped = swapsSides(raw.orientation);
    return {swapped ? raw.height : raw.width, swapped ? raw.width : raw.height, raw.channels == 3};
}

PictureHeader readPictureHeader(const std::filesystem::path& path) {
    return decodePictureHeader(readBytes(path), path.string());
}

Picture scaledPicture(const Picture& picture, int width, int height) {
    if (picture.shape.width == width && picture.shape.height == height)
        return picture;
    // Lengths are counted in the width-th part of a source pixel's width (and the height-th of its height), in which a
    // target pixel is as wide as the source has pixels: all overlaps are whole numbers.
    const auto sourceWidth = static_cast<std::uint64_t>(picture.shape.width);
    const auto sourceHeight = static_cast<std::uint64_t>(picture.shape.height);
    const auto targetWidth = static_cast<std::uint64_t>(width);
    const auto targetHeight = static_cast<std::uint64_t>(height);
    Picture result;
    result.shape = {picture.shape.channels, height, width};
    result.pixels.resize(result.shape.size());
    result.wasTransparent = picture.wasTransparent;
    std::vector<std::uint64_t> row(targetWidth);
    std::uint8_t* to = result.pixels.data();
    for (std::size_t c = 0; c < static_cast<std::size_t>(picture.shape.channels); ++c) {
        const std::uint8_t* plane = picture.pixels.data() + c * sourceWidth * sourceHeight;
        for (std::uint64_t y = 0; y < targetHeight; ++y) {
            std::fill(row.begin(), row.end(), 0);
            const std::uint64_t top = y * sourceHeight;
            const std::uint64_t bottom = top + sourceHeight;
            for (std::uint64_t fromY = top / targetHeight; fromY * targetHeight < bottom; ++fromY) {
                const std::uint64_t rowWeight =
                    std::min(bottom, (fromY + 1) * targetHeight) - std::max(top, fromY * targetHeight);
                const std::uint8_t* source = plane + fromY * sourceWidth;
                for (std::uint64_t x = 0; x < targetWidth; ++x) {
                    const std::uint64_t left = x * sourceWidth;
                    const std::uint64_t right = left + sourceWidth;
                    std::uint64_t sum = 0;
                    for (std::uint64_t fromX = left / targetWidth; fromX * targetWidth < right; ++fromX)
                        sum += source[fromX] *
                               (std::min(right, (fromX + 1) * targetWidth) - std::max(left, fromX * targetWidth));
                    row[x] += sum * rowWeight;
                }
            }
            const std::uint64_t area = sourceWidth * sourceHeight;
            for (const std::uint64_t sum : row)
                *to++ = static_cast<std::uint8_t>((sum + area / 2) / area);
        }
    }
    return result;
}

bool isGrey(const Picture& picture) {
    if (picture.shape.channels == 1)
        return true;
    const std::size_t plane = picture.pixels.size() / 3;
    const auto begin = picture.pixels.begin();
    const auto at = [&](std::size_t c) { return begin + static_cast<std::ptrdiff_t>(c * plane); };
    return std::equal(begin, at(1), at(1)) && std::equal(begin, at(1), at(2));
}

Picture greyPicture(Picture picture) {
    if (picture.shape.channels == 1)
        return picture;
    const std::size_t plane = picture.pixels.size() / 3;
    for (std::size_t i = 0; i < plane; ++i) {
        const int luma = 77 * picture.pixels[i] + 150 * picture.pixels[plane + i] + 29 * picture.pixels[2 * plane + i];
        picture.pixels[i] = static_cast<std::uint8_t>((luma + 128) >> 8);
    }
    picture.pixels.resize(plane);
    picture.shape.channels = 1;
    return picture;
}

Picture colorPicture(Picture picture) {
    if (picture.shape.channels == 3)
        return picture;
    const std::size_t plane = picture.pixels.size();
    picture.pixels.resize(3 * plane);
    for (const std::size_t c : {1U, 2U})
        std::copy_n(picture.pixels.begin(), plane, picture.pixels.begin() + static_cast<std::ptrdiff_t>(c * plane));
    picture.shape.channels = 3;
    return picture;
}

} // namespace kernelscope
