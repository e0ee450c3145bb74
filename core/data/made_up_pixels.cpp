// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/made_up_pixels.h"

#include "base/philox.h"

#include <memory>
#include <string>
#include <utility>

namespace kernelscope {
namespace {

constexpr std::array<std::uint32_t, 2> key{0x6d616465, 0x75702121};

/// A place from least to most, drawn by a random word.
int between(std::uint32_t word, int least, int most) {
    return least + static_cast<int>(word % static_cast<std::uint32_t>(most - least + 1));
}

void drawImage(std::uint32_t index, Shape shape, std::uint8_t* pixels) {
    const PhiloxBlock box = philox({index, 0, 0, 0}, key);
    const int left = between(box[0], 0, shape.width / 2);
    const int top = between(box[1], 0, shape.height / 2);
    const int right = between(box[2], shape.width / 2, shape.width);
    const int bottom = between(box[3], shape.height / 2, shape.height);
    std::uint32_t drawn = 0;
    PhiloxBlock noise{};
    for (int c = 0; c < shape.channels; ++c)
        for (int y = top; y < bottom; ++y)
            for (int x = left; x < right; ++x) {
                if (drawn % 4 == 0)
                    noise = philox({index, drawn / 4, 1, 0}, key);
                const auto at = static_cast<std::size_t>((c * shape.height + y) * shape.width + x);
                pixels[at] = static_cast<std::uint8_t>(noise[drawn % 4] >> 24);
                ++drawn;
            }
}

} // namespace

DataSetPtr madeUpPixels(Shape shape, int classes, std::size_t count) {
    DataInfo info;
    info.name = "Made-up pixels";
    info.source = "made-up";
    info.shape = shape;
    info.classes = classes;
    for (int c = 0; c < classes; ++c)
        info.classNames.push_back(std::to_string(c));
    MemoryDataSet::Part images;
    images.pixels.resize(count * shape.size());
    for (std::size_t i = 0; i < count; ++i) {
        drawImage(static_cast<std::uint32_t>(i), shape, images.pixels.data() + i * shape.size());
        images.labels.push_back(static_cast<std::uint8_t>(i % static_cast<std::size_t>(classes)));
    }
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(images), MemoryDataSet::Part());
}

} // namespace kernelscope
