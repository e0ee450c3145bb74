// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tiles.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr double wholePixelsFrom = 6;

} // namespace

Tiles channelTiles(const Tensor& tensor) {
    return {tensor.shape.width, tensor.shape.height, tensor.values};
}

Summary summarize(std::span<const float> values) {
    if (values.empty())
        return {};
    Summary result{values[0], values[0], 0};
    for (float value : values) {
        result.minimum = std::min(result.minimum, value);
        result.maximum = std::max(result.maximum, value);
        result.mean += static_cast<double>(value);
    }
    result.mean /= static_cast<double>(values.size());
    return result;
}

QImage planeImage(std::span<const float> values, int width, int height, const ColorScale& scale) {
    QImage image(width, height, QImage::Format_RGB32);
    std::size_t i = 0;
    for (int y = 0; y < height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < width; ++x)
            line[x] = scale.color(values[i++]);
    }
    return image;
}

QImage pictureImage(const Tensor& tensor, const ColorScale& scale) {
    const Shape& shape = tensor.shape;
    const std::size_t plane = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height);
    if (shape.channels != 3)
        return planeImage(std::span(tensor.values).first(plane), shape.width, shape.height, scale);
    QImage image(shape.width, shape.height, QImage::Format_RGB32);
    const auto level = [&](std::size_t i) {
        return static_cast<int>(std::lround(255 * std::clamp(tensor.values[i], 0.0F, 1.0F)));
    };
    std::size_t i = 0;
    for (int y = 0; y < shape.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < shape.width; ++x, ++i)
            line[x] = qRgb(level(i), level(plane + i), level(2 * plane + i));
    }
    return image;
}

GridFit fitGrid(int count, int tileWidth, int tileHeight, int areaWidth, int areaHeight, int gap, int givenColumns) {
    const int first = givenColumns > 0 ? givenColumns : 1;
    const int last = givenColumns > 0 ? givenColumns : count;
    GridFit best{first, std::max(1, (count + first - 1) / first), 0};
    for (int columns = first; columns <= last; ++columns) {
        const int rows = (count + columns - 1) / columns;
        const double across = static_cast<double>(areaWidth - gap * (columns - 1)) / (columns * tileWidth);
        const double down = static_cast<double>(areaHeight - gap * (rows - 1)) / (rows * tileHeight);
        double cell = std::min(across, down);
        // Whole pixels draw every value equally large. Below that many, too much room would be lost.
        if (cell >= wholePixelsFrom)
            cell = std::floor(cell);
        if (cell > best.cell)
            best = {columns, rows, cell};
    }
    return best;
}

} // namespace kernelscope
