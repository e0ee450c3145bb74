// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The pen: how wide the ink is along a line, and where it lies on the pixel grid.
#pragma once

#include "data/digits/hand.h"

#include <array>
#include <cstddef>
#include <vector>

namespace kernelscope::digits {

/// Pixels along each side of an image.
inline constexpr int kSide = 28;

/// Pixels of an image.
inline constexpr std::size_t kPixels = std::size_t{kSide} * kSide;

/// For each pixel's centre, how deep it lies inside the ink, in pixels; negative outside.
using DepthField = std::array<float, kPixels>;

/// A depth that means "far away from all ink".
inline constexpr float kNoInk = -9.0f;

/// One image's pen. All chance is drawn when it is made, so that the same pen can be tried in several widths.
class Pen {
public:
    static Pen draw(int digit, const DigitSettings& settings, Hand& hand);

    /// The pen's width in pixels.
    float width() const { return m_width; }
    /// Exchanges the pen for a thinner one of the same hand.
    void setWidth(float width) { m_width = width; }
    /// Width of the ink's grey edge in pixels.
    float edge() const { return m_edge; }

    /// Draws lines given in pixels.
    DepthField ink(const std::vector<Polyline>& lines) const;

private:
    /// The width, relative to width(), at `along` (0 to 1) of a stroke whose direction is `direction`.
    float relativeWidth(float along, float stroke, Point direction) const;

    float m_width = 2.0f;
    float m_edge = 1.0f;
    Point m_nibDirection;
    float m_nib = 0.0f;
    struct Wave {
        float amplitude = 0.0f;
        float turns = 0.0f;
        float phase = 0.0f;
    };
    std::array<Wave, 2> m_waves;
    std::array<float, 2> m_endThinning{};
    float m_gapFrom = 2.0f; ///< Along the first stroke; beyond its end when there is none.
    float m_gapTo = 2.0f;
};

/// Marks the ink of a straight line with round ends: each pixel keeps its greatest depth.
void inkSegment(DepthField& depth, Point from, Point to, float radius);

} // namespace kernelscope::digits
