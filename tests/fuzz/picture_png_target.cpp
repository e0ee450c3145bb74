// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_pictures.h"
#include "data/picture.h"
#include "fuzz/fuzz_target.h"

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    try {
        decodePictureHeader(input, "input");
        scaledPicture(decodePicture(input, "input"), 7, 5);
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    PngForm grey;
    grey.width = grey.height = 4;
    grey.exif = orientationExif(6, true);
    PngForm interlaced;
    interlaced.width = interlaced.height = 5;
    interlaced.interlaced = true;
    interlaced.colorType = PNG_COLOR_TYPE_RGB_ALPHA;
    PngForm deep;
    deep.width = 3;
    deep.depth = 16;
    deep.colorType = PNG_COLOR_TYPE_RGB;
    PngForm palette;
    palette.width = 8;
    palette.depth = 1;
    palette.colorType = PNG_COLOR_TYPE_PALETTE;
    palette.palette = {{1, 2, 3}, {200, 100, 50}};
    palette.paletteOpacity = {7};
    return {png(grey, Bytes(16, 9)), png(interlaced, Bytes(100, 77)), png(deep, Bytes(18, 5)), png(palette, {0x5A}),
        pngThatClaims(png(deep, Bytes(18, 5)), 8000, 8000)};
}

const Registration registration({"picture_png", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
