// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Colours by brightness and hue, so that the contrast between two of them can be promised.
#pragma once

#include "data/digits/deterministic_math.h"
#include "data/digits/random_stream.h"

#include <algorithm>

namespace kernelscope::digits {

/// Red, green and blue, 0 to 1.
struct Color {
    float red = 0.0f;
    float green = 0.0f;
    float blue = 0.0f;

    /// How bright people see it: luma (ITU-R BT.601).
    float luma() const { return 0.299f * red + 0.587f * green + 0.114f * blue; }
};

/// The colour at `part` of the way from a to b. Its luma lies between theirs likewise.
inline Color blend(Color a, Color b, float part) {
    return {a.red + part * (b.red - a.red), a.green + part * (b.green - a.green), a.blue + part * (b.blue - a.blue)};
}

/// A colour of exactly this luma. Its saturation, 0 to 1, is a part of the most that such a luma allows.
inline Color colorOf(float luma, float hueInTurns, float saturation) {
    const float third = 1.0f / 3.0f;
    Color tint{cosineOfTurns(hueInTurns), cosineOfTurns(hueInTurns - third), cosineOfTurns(hueInTurns + third)};
    const float grey = tint.luma();
    tint = {tint.red - grey, tint.green - grey, tint.blue - grey}; // adds no luma
    float room = 1.0f;
    for (const float channel : {tint.red, tint.green, tint.blue}) {
        if (channel > 0.01f)
            room = std::min(room, (1.0f - luma) / channel);
        else if (channel < -0.01f)
            room = std::min(room, luma / -channel);
    }
    const float k = saturation * room;
    return {luma + k * tint.red, luma + k * tint.green, luma + k * tint.blue};
}

} // namespace kernelscope::digits
