// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The built-in digits in colour: the same hands and pens, on grounds of many textures.
#pragma once

#include "data/data_set.h"
#include "data/digits/ground.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernelscope::digits {

/// Bytes of an image in colour: the planes of red, green and blue.
inline constexpr std::size_t kColorPixels = 3 * kGroundPixels;

/// The ink of an image is at least this much brighter than all of its ground, or darker (luma, 0 to 1).
inline constexpr float kLeastContrast = 0.25f;

/// Draws a sample: 3 x 32 x 32. It shows the digit that drawDigit() draws for the same arguments, thus by the same
/// writer, in another size and place, perhaps beside a part of a neighbour as house numbers have it. A pure function of
/// its arguments: the same bytes for every compiler, machine, thread and order.
/// @param ink takes how much of each pixel is ink, 0 to 255; it may be empty.
void drawColorDigit(std::uint64_t seed, Split split, std::uint64_t index, std::span<std::uint8_t, kColorPixels> pixels,
    std::span<std::uint8_t> ink = {});

} // namespace kernelscope::digits
