// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What happens to the whole figure: an elastic field, bending, slant, rotation and aspect.
#pragma once

#include "data/digits/hand.h"

#include <vector>

namespace kernelscope::digits {

/// Moves all points of the lines, from the skeleton's box of 100 x 100 to roughly [-1, 1] x [-1, 1].
void warpLines(std::vector<Polyline>& lines, int digit, const DigitSettings& settings, Hand& hand);

} // namespace kernelscope::digits
