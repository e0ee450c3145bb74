// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/image_input.h"

namespace kernelscope::cpu {

void pixelsToEdge(
    const Kernels& kernels, std::span<const std::uint8_t> pixels, const Edge& edge, std::size_t slot, int thread) {
    const Layout& layout = edge.layout;
    float* values = edge.value(slot, thread);
    const auto width = static_cast<std::size_t>(layout.shape.width);
    const auto height = static_cast<std::size_t>(layout.shape.height);
    const auto channels = static_cast<std::size_t>(layout.shape.channels);
    if (layout.channelStride == 1) {
        for (std::size_t y = 0; y < height; ++y)
            kernels.pixelsToFloats(pixels.data() + y * width, values + layout.offset(y, 0), width);
        return;
    }
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t y = 0; y < height; ++y)
            for (std::size_t x = 0; x < width; ++x)
                values[layout.offset(y, x) + c] = static_cast<float>(pixels[(c * height + y) * width + x]) / 255.0f;
}

} // namespace kernelscope::cpu
