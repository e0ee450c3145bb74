// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The functions that the built-in digits need, from + - * / and floor alone, so that every compiler, C library and
/// machine gives the same bits. (The sources that include this are compiled without fused multiply-add.)
#pragma once

#include <cmath>

namespace kernelscope::digits {

/// sin(2 pi turns), to about 0.001: a parabola through the zeros and the extremes, corrected by its own square.
inline float sineOfTurns(float turns) {
    const float x = turns - std::floor(turns);
    const float y = x < 0.5f ? 16.0f * x * (0.5f - x) : -16.0f * (x - 0.5f) * (1.0f - x);
    return 0.775f * y + 0.225f * y * std::fabs(y);
}

/// cos(2 pi turns), to about 0.001.
inline float cosineOfTurns(float turns) {
    return sineOfTurns(turns + 0.25f);
}

/// e^x for |x| < 2, to about 1e-5: the Taylor series of e^(x/8), squared three times.
inline float exponential(float x) {
    const float h = x / 8.0f;
    float e = 1.0f + h * (1.0f + h * (0.5f + h * (1.0f / 6.0f + h / 24.0f)));
    e *= e;
    e *= e;
    return e * e;
}

} // namespace kernelscope::digits
