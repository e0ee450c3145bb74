// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How much the simulated hand varies. Every figure was set by looking at sheets of digits, at aggregate statistics
/// of MNIST's training images and at how well a network trained on the result reads held-out MNIST training images.
#pragma once

#include <array>

namespace kernelscope::digits {

/// A deviation in two parts: what a writer always does, and what differs from one image to the next.
struct Spread {
    float writer = 0.0f; ///< Standard deviation between writers, or between a writer's ways with the ten digits.
    float image = 0.0f;  ///< Standard deviation between the images of one writer.
};

/// The skeletons are drawn upright; this is added to the writer's own habits, because digits lean differently.
struct DigitHabit {
    float slant = 0.0f;
    float logWidth = 0.0f;
};

/// All settings of the generator. Lengths are in hundredths of the skeleton's box unless they say pixels.
struct DigitSettings {
    // The form.
    float blendChance = 0.9f;        ///< That a form is blended with another one, tried twice.
    Spread jitter{2.2f, 1.1f};       ///< Of each control point.
    float roundWriterChance = 0.15f; ///< That a writer rounds all corners of a digit.
    float roundCornerChance = 0.08f; ///< That a single corner gets rounded.
    Spread trim{0.035f, 0.035f};     ///< Of a stroke's ends, as a part of its length; both signs.
    // The warp.
    Spread elastic{3.0f, 1.5f};  ///< Amplitude of each of 4 + 4 plane waves.
    Spread warp{0.176f, 0.11f};  ///< The middle moves against the sides; both axes.
    Spread taper{0.176f, 0.11f}; ///< The top is wider than the bottom, or narrower.
    float slantMean = 0.16f;
    Spread slant{0.22f, 0.08f};    ///< Horizontal shift from the middle to the top, in half heights.
    Spread rotation{0.06f, 0.05f}; ///< Radians.
    float logAspectMean = -0.06f;
    Spread logAspect{0.20f, 0.08f}; ///< log(width / height).
    float formLogAspect = 0.08f;    ///< The same, differing between a writer's digits.
    std::array<DigitHabit, 10> habits{{{0.05f, 0.12f}, {0.12f, 0.0f}, {-0.06f, 0.05f}, {-0.09f, -0.02f}, {0.04f, 0.03f},
        {-0.03f, 0.05f}, {-0.05f, 0.0f}, {-0.11f, 0.0f}, {0.02f, 0.05f}, {-0.02f, -0.06f}}};
    // The pen.
    float penWidth = 2.6f; ///< Pixels of the final image.
    Spread logPenWidth{0.22f, 0.14f};
    float penWave = 0.14f;   ///< Relative change of the width along a stroke.
    float nib = 0.15f;       ///< Relative change of the width with the direction.
    float endTaper = 0.25f;  ///< Relative thinning at the ends, at most.
    float edgeMin = 0.9f;    ///< Width of the grey edge in pixels: between this ...
    float edgeMax = 1.5f;    ///< ... and this, a writer's own.
    float roughness = 0.12f; ///< Noise of the edge in pixels.
    float gapChance = 0.03f; ///< That a stroke is broken.
    // What keeps a digit readable.
    float thinnestPen = 1.3f;   ///< Pixels; a pen is not made thinner than this to keep loops open.
    float loopClearance = 0.3f; ///< Pixels outside the ink at which an open loop must have a pixel.

    /// The same hand, more careful: all that may change a figure's topology is multiplied by this.
    DigitSettings scaled(float unsteadiness) const;
};

inline DigitSettings DigitSettings::scaled(float unsteadiness) const {
    DigitSettings careful = *this;
    for (Spread* spread : {&careful.jitter, &careful.trim, &careful.elastic, &careful.warp, &careful.taper}) {
        spread->writer *= unsteadiness;
        spread->image *= unsteadiness;
    }
    if (unsteadiness == 0.0f)
        careful.blendChance = 0.0f;
    return careful;
}

} // namespace kernelscope::digits
