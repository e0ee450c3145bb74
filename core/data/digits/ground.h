// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the digits in colour are written on: walls, cloth, boards, as far as a few sums make them.
#pragma once

#include "data/digits/color.h"
#include "data/digits/random_stream.h"

#include <array>
#include <cstddef>

namespace kernelscope::digits {

/// Pixels along each side of an image in colour.
inline constexpr int kColorSide = 32;
inline constexpr std::size_t kGroundPixels = std::size_t{kColorSide} * kColorSide;

/// Values from 0 to 1 that vary over the image.
using Texture = std::array<float, kGroundPixels>;

/// A texture of one of six kinds (gradient, stripes, rings, tiles, blotches, value noise), with some noise in it.
Texture drawTexture(RandomStream& image);

/// A ground and the limits of its luma.
struct Ground {
    std::array<Color, kGroundPixels> pixels;
    float darkest = 0.0f;
    float brightest = 0.0f;
};

/// Two colours, blended by a texture, under light that falls from a side. The luma spans at most `mostSpan`.
Ground drawGround(float mostSpan, RandomStream& image);

} // namespace kernelscope::digits
