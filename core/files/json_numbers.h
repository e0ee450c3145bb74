// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Floats as people write them. Internal to what reads and writes JSON.
#pragma once

#include <charconv>
#include <cmath>

namespace kernelscope {

/// The number with the fewest digits that is read back as this float: 0.001, not 0.0010000000474974513. What is not
/// finite stays what it is (JSON writes it as null).
inline double shortestDouble(float value) {
    if (!std::isfinite(value))
        return static_cast<double>(value);
    char digits[32];
    const auto written = std::to_chars(digits, digits + sizeof digits, value);
    double result = 0;
    std::from_chars(digits, written.ptr, result);
    return static_cast<float>(result) == value ? result : static_cast<double>(value);
}

} // namespace kernelscope
