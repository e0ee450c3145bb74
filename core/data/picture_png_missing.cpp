// SPDX-License-Identifier: GPL-3.0-or-later
// In place of picture_png.cpp in a build without libpng.
#include "data/picture_decoders.h"

namespace kernelscope {

RawPicture decodePng(std::span<const std::uint8_t>, const std::string& source, Decode) {
    refusePicture(source, "a PNG picture, which this build cannot read, for it was made without libpng",
        "a build with libpng", "Build Kernelscope with libpng.");
}

} // namespace kernelscope
