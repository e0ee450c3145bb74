// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the shape of a NumPy array says about the images or labels in it.
#pragma once

#include "data/npz_archive.h"
#include "network/shape.h"

namespace kernelscope {

/// Where an array's values belong: each dimension's length and its stride in a data set's pixels.
struct NpzImageLayout {
    std::uint64_t images = 0;
    Shape shape;
    std::vector<std::uint64_t> strides; ///< Of the array's dimensions, in its own order.
    std::string note;                   ///< What was concluded, for people; mostly empty.
};

/// Whether the array holds numbers and no texts.
bool isNumber(const NpyHeader& header);

/// Whether labels come as a row for each image, with a 1 at its class.
bool isOneHot(const NpyHeader& header);

/// How the array's images lie: N x H x W, N x H x W x C, N x C x H x W (1 or 3 channels), or N rows of a square image.
/// Throws Error where it holds no images, or too many.
NpzImageLayout layoutOf(const NpzArray& array);

/// Throws Error unless the array holds as many labels, as numbers or one-hot.
void checkLabels(const NpzArray& array, std::uint64_t images);

} // namespace kernelscope
