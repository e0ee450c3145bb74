// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Drawings placed in a network's frame, as MNIST's digits were in theirs.
#pragma once

#include "network/shape.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {

/// Ink on a ground without any, of any size.
struct InkRaster {
    int width = 0;
    int height = 0;
    std::span<const std::uint8_t> ink; ///< width * height values, row by row; 0 = none, 255 = full.
};

/// The part of the frame that ink fills, and where its mass lies: MNIST's numbers, 20 of 28 pixels.
inline constexpr double kInkBoxPart = 20.0 / 28.0;

/// Places a drawing as MNIST's digits were: "size normalized to fit in a 20x20 pixel box while preserving their aspect
/// ratio", with "grey levels as a result of the anti-aliasing", and "centered in a 28x28 image by computing the center
/// of mass of the pixels, and translating the image so as to position this point at the center of the 28x28 field"
/// (LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/). In frames of another size the box is so much larger or
/// smaller.
///
/// What MNIST's images show beyond those words: the box holds every pixel with any ink; the translation is by whole
/// pixels, so that the mean index of the ink is width / 2 and height / 2 to within half a pixel. A digit of MNIST
/// therefore comes out as it went in. Two things are ours: ink is not pushed over the frame's edge, though its mass
/// then stays off the middle; and strokes that are too thin to fill a pixel are strengthened, so that the darkest is
/// full.
///
/// @return width * height values from 0 (ground) to 1 (full ink), row by row; none where there is no ink.
std::vector<double> centredInk(const InkRaster& drawing, int width, int height);

/// The ink as a network's input: light on black, in every channel, in MNIST's 256 levels. Empty for empty ink.
Tensor inkTensor(std::span<const double> ink, const Shape& input);

} // namespace kernelscope
