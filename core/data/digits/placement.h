// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// MNIST's frame: the ink fits a box of 20 x 20 pixels, keeping its aspect, and its centre of mass lies in the
/// middle of 28 x 28 (LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/).
#pragma once

#include "data/digits/hand.h"
#include "data/digits/pen.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope::digits {

/// The smallest upright rectangle around all points.
struct Box {
    Point low;
    Point high;

    float width() const { return high.x - low.x; }
    float height() const { return high.y - low.y; }
    /// At least a small positive number, so that it can divide.
    float longerSide() const;
};

Box boxAround(const std::vector<Polyline>& lines);

/// Scales and moves the lines so that, drawn with this pen, they fill the 20 x 20 box in the middle of the image.
std::vector<Polyline> placeInFrame(const std::vector<Polyline>& lines, const Pen& pen);

/// Turns depths into grey levels with a rough edge, moves the centre of mass to the middle by whole pixels, and
/// writes the image.
void developImage(
    const DepthField& depth, float edge, float roughness, RandomStream& image, std::span<std::uint8_t, kPixels> pixels);

} // namespace kernelscope::digits
