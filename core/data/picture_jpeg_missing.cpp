// SPDX-License-Identifier: GPL-3.0-or-later
// In place of picture_jpeg.cpp in a build without libjpeg.
#include "data/picture_decoders.h"

namespace kernelscope {

RawPicture decodeJpeg(std::span<const std::uint8_t>, const std::string& source, Decode) {
    refusePicture(source, "a JPEG picture, which this build cannot read, for it was made without libjpeg",
        "a build with libjpeg", "Build Kernelscope with libjpeg.");
}

} // namespace kernelscope
