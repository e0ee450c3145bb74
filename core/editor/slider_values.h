// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The stops of a slider.
#pragma once

#include "editor/field_limits.h"

#include <vector>

namespace kernelscope {

/// The values that a slider stops at, ascending, all within the limits, both ends and the present value among them:
///  - Whole: every number;
///  - WholeRatio: 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, ... (powers of two and the middle between two of them);
///  - Real: every step;
///  - RealRatio: 1, 2, 5 of each decade.
std::vector<double> sliderValues(const LayerField& field, const FieldLimits& limits, double present);

} // namespace kernelscope
