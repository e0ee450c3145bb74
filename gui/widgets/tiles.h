// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Values on their way to pixels: equal planes of floats (feature maps, kernels, rows of weights) and their pictures.
#pragma once

#include "network/shape.h"
#include "widgets/color_scale.h"

#include <QImage>

#include <span>
#include <vector>

namespace kernelscope {

/// A number of planes of the same size. values.size() == count() * width * height, plane by plane, row by row.
struct Tiles {
    int width = 0;
    int height = 0;
    std::vector<float> values;

    /// Values in one tile.
    std::size_t tileSize() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    int count() const { return tileSize() ? static_cast<int>(values.size() / tileSize()) : 0; }
    bool isEmpty() const { return values.empty(); }
    std::span<const float> tile(int index) const {
        return std::span(values).subspan(static_cast<std::size_t>(index) * tileSize(), tileSize());
    }
    float at(int index, int row, int column) const {
        return tile(index)[static_cast<std::size_t>(row * width + column)];
    }
};

/// One tile for each channel of a tensor.
Tiles channelTiles(const Tensor& tensor);

/// Least, greatest and mean of values; zeros where there are none.
struct Summary {
    float minimum = 0;
    float maximum = 0;
    double mean = 0;
};
Summary summarize(std::span<const float> values);

/// One plane of width x height values as an RGB32 image, a pixel for a value.
QImage planeImage(std::span<const float> values, int width, int height, const ColorScale& scale);

/// A tensor of one channel through the scale, of three as red, green and blue from 0 to 1; of any other number its
/// first channel.
QImage pictureImage(const Tensor& tensor, const ColorScale& scale = ColorScale::grey());

/// How `count` equal tiles fill an area best.
struct GridFit {
    int columns = 1;
    int rows = 1;
    double cell = 1; ///< Side of one value's square; whole where it is at least 6.
};

/// The number of columns for which a value's square is largest.
/// @param gap between tiles, in the same unit as the area; @param columns where they are given, 0 where not.
GridFit fitGrid(int count, int tileWidth, int tileHeight, int areaWidth, int areaHeight, int gap, int columns = 0);

} // namespace kernelscope
