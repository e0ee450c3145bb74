// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The simulated hand: which form a writer uses, and how unsteadily it is drawn.
#pragma once

#include "data/digits/digit_settings.h"
#include "data/digits/random_stream.h"
#include "data/digits/skeleton.h"

#include <vector>

namespace kernelscope::digits {

/// One image's three sources of chance. What is drawn from `writer` is common to all digits of a writer, `form` to
/// all images of a digit by that writer, `image` belongs to one image alone.
struct Hand {
    RandomStream writer;
    RandomStream form;
    RandomStream image;

    /// A deviation of the form plus one of the image.
    float deviate(Spread spread) {
        const float common = spread.writer * form.deviate();
        return common + spread.image * image.deviate();
    }
};

/// A stroke as it is drawn: points so close together that straight lines between them look round.
using Polyline = std::vector<Point>;

/// The writer's form of a digit: one picked by weight, its glyph blended with up to two compatible ones.
Form chooseForm(int digit, const DigitSettings& settings, RandomStream& form);

/// Moves control points, whole strokes against each other, and rounds some corners.
void jitterGlyph(Glyph& glyph, const DigitSettings& settings, Hand& hand);

/// A smooth curve through a stroke's points (Catmull-Rom; the tangent breaks at corners).
Polyline traceStroke(const Stroke& stroke);

/// Shortens or lengthens both ends.
void trimEnds(Polyline& line, const DigitSettings& settings, Hand& hand);

} // namespace kernelscope::digits
