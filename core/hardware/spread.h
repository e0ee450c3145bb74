// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What several measurements of one thing say.
#pragma once

#include <vector>

namespace kernelscope {

/// Repeated measurements of one figure. The median is what to quote: one disturbance does not move it.
struct Spread {
    double median = 0;
    double least = 0;
    double most = 0;
};

/// @param values at least one.
Spread spreadOf(std::vector<double> values);

} // namespace kernelscope
