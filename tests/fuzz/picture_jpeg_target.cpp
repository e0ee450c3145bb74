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
    std::vector<Bytes> all;
    for (const J_COLOR_SPACE space : {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK})
        for (const bool progressive : {false, true}) {
            JpegForm form;
            form.width = 16;
            form.height = 8;
            form.space = space;
            form.progressive = progressive;
            form.quality = 30;
            if (progressive)
                form.exif = orientationExif(5, false);
            Bytes pixels;
            for (std::size_t i = 0; i < 16 * 8 * 4; ++i)
                pixels.push_back(static_cast<std::uint8_t>(i * i));
            all.push_back(jpeg(form, pixels));
        }
    return all;
}

const Registration registration({"picture_jpeg", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
