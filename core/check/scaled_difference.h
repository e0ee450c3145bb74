// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How far two arrays are apart.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace kernelscope {

/// The greatest difference of two arrays, relative to the greatest magnitude of the expected one (at least `floor`,
/// so that arrays which are all but zero are compared absolutely). Infinite where any value is not finite.
template <class A, class B>
double scaledDifference(const A& expected, const B& found, double floor = 1e-3) {
    double greatest = floor;
    double difference = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = static_cast<double>(expected[i]);
        const double apart = std::abs(value - static_cast<double>(found[i]));
        if (!std::isfinite(apart))
            return std::numeric_limits<double>::infinity();
        greatest = std::max(greatest, std::abs(value));
        difference = std::max(difference, apart);
    }
    return difference / greatest;
}

} // namespace kernelscope
