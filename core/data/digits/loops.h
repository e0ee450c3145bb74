// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What makes a figure that digit and no other: an 8 has two loops, a 3 has none.
#pragma once

#include "data/digits/hand.h"
#include "data/digits/pen.h"

#include <vector>

namespace kernelscope::digits {

/// How many separate areas the ink encloses: groups of pixels, joined by their sides, that lie outside the ink by at
/// least `clearance` and from which no such way leads to the border.
int countLoops(const DepthField& depth, float clearance);

/// Loops of the lines themselves, as a very thin pen would show them. The lines may have any size and place.
int countLoops(const std::vector<Polyline>& lines);

} // namespace kernelscope::digits
