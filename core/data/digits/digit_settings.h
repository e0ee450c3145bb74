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

/// What is added to a writer's own habits, because digits differ: the skeletons are drawn upright, and loops that must
/// stay open want a thinner pen (see DigitSettings::loopClearance), which the pen's mean makes up for.
struct DigitHabit {
    float slant = 0.0f;
    float logWidth = 0.0f;
    float logPenWidth = 0.0f;
};

/// All settings of the generator. Lengths are in hundredths of the skeleton's box unless they say pixels.
struct DigitSettings {
    // The form.
    float blendChance = 0.9f;        ///< That a form is blended with another one, tried twice.
    Spread jitter{2.3f, 1.2f};       ///< Of each control point.
    float roundWriterChance = 0.05f; ///< That a writer rounds all corners of a digit.
    float roundCornerChance = 0.03f; ///< That a single corner gets rounded.
    Spread trim{0.035f, 0.035f};     ///< Of a stroke's ends, as a part of its length; both signs.
    // The warp.
    Spread elastic{3.0f, 1.5f};  ///< Amplitude of each of 4 + 4 plane waves.
    Spread warp{0.176f, 0.11f};  ///< The middle moves against the sides; both axes.
    Spread taper{0.176f, 0.11f}; ///< The top is wider than the bottom, or narrower.
    float slantMean = 0.16f;
    Spread slant{0.25f, 0.08f};    ///< Horizontal shift from the middle to the top, in half heights.
    Spread rotation{0.08f, 0.05f}; ///< Radians.
    float logAspectMean = -0.06f;
    Spread logAspect{0.18f, 0.07f}; ///< log(width / height).
    float formLogAspect = 0.08f;    ///< The same, differing between a writer's digits.
    // Beyond these, figures get squashed past reading; from 0.5 on a warp would fold them over.
    float maxSlant = 0.75f; ///< To the right.
    float maxSlantToLeft = 0.35f;
    float maxLogAspect = 0.45f;
    float maxWarp = 0.36f; ///< Of warp and taper.
    std::array<DigitHabit, 10> habits{{{0.05f, 0.12f, 0.08f}, {0.12f, -0.05f, 0.0f}, {-0.06f, 0.05f, -0.05f},
        {-0.09f, -0.02f, -0.07f}, {0.04f, 0.03f, 0.05f}, {-0.03f, 0.14f, -0.18f}, {-0.05f, 0.0f, 0.10f},
        {-0.13f, 0.02f, -0.04f}, {0.02f, 0.05f, 0.02f}, {-0.02f, -0.06f, 0.08f}}};
    // The pen.
    float penWidth = 2.9f; ///< Pixels of the final image.
    Spread logPenWidth{0.20f, 0.12f};
    float penWave = 0.14f;    ///< Relative change of the width along a stroke.
    float nib = 0.15f;        ///< Relative change of the width with the direction.
    float endTaper = 0.25f;   ///< Relative thinning at the ends, at most.
    float edgeMin = 0.9f;     ///< Width of the grey edge in pixels: between this ...
    float edgeMax = 1.5f;     ///< ... and this, a writer's own.
    float roughness = 0.12f;  ///< Noise of the edge in pixels.
    float gapChance = 0.015f; ///< That a stroke is broken.
    // What keeps a digit readable: a pen that fills loops or bays is exchanged for a thinner one.
    float thinnestPen = 1.4f;    ///< Pixels; it gets no thinner than this.
    float minOpenness = 0.84f;   ///< Least ratio of the inked area to width times length of the strokes.
    float alwaysOpenPen = 1.8f;  ///< Pixels; a pen as thin as this fills no bay: what it inks twice is retraced.
    float loopClearance = 0.15f; ///< Pixels between the ink and the lightest pixel of an open loop, at least.
    float fillChance = 0.1f;     ///< That loops may fill all the same, as under a broad pen.

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
