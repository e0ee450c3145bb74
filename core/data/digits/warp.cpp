// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/warp.h"

#include "data/digits/deterministic_math.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace kernelscope::digits {

namespace {

/// A plane wave that shifts points along a fixed direction.
struct Wave {
    Point frequency; ///< Turns per hundredth of the box.
    float phase = 0.0f;
    Point amplitude;

    static Wave draw(RandomStream& random, float amplitude) {
        Wave wave;
        const float turns = random.uniform(0.004f, 0.013f); // a quarter of a wave to one and a quarter in the box
        const float direction = random.uniform();
        wave.frequency = {turns * sineOfTurns(direction), turns * cosineOfTurns(direction)};
        wave.phase = random.uniform();
        wave.amplitude.x = amplitude * random.deviate();
        wave.amplitude.y = amplitude * random.deviate();
        return wave;
    }
};

float limited(float value, float limit) {
    return std::clamp(value, -limit, limit);
}

/// The affine and quadratic part of the warp.
struct Frame {
    Point bend;  ///< The middle moves by this against the sides.
    Point taper; ///< Relative growth of the width from top to bottom, and of the height from left to right.
    float slant = 0.0f;
    float rotation = 0.0f;
    float widening = 1.0f;

    static Frame draw(int digit, const DigitSettings& settings, Hand& hand) {
        const DigitHabit habit = settings.habits[static_cast<std::size_t>(digit)];
        Frame frame;
        frame.slant = settings.slantMean + habit.slant + settings.slant.writer * hand.writer.deviate();
        frame.rotation = settings.rotation.writer * hand.writer.deviate();
        float logAspect = settings.logAspectMean + habit.logWidth + settings.logAspect.writer * hand.writer.deviate() +
                          settings.formLogAspect * hand.form.deviate();
        frame.slant += settings.slant.image * hand.image.deviate();
        frame.rotation += settings.rotation.image * hand.image.deviate();
        logAspect += settings.logAspect.image * hand.image.deviate();
        frame.slant = std::clamp(frame.slant, -settings.maxSlantToLeft, settings.maxSlant);
        frame.widening = exponential(limited(logAspect, settings.maxLogAspect));
        frame.bend.x = limited(hand.deviate(settings.warp), settings.maxWarp);
        frame.bend.y = limited(hand.deviate(settings.warp), settings.maxWarp);
        frame.taper.x = limited(hand.deviate(settings.taper), settings.maxWarp);
        frame.taper.y = 0.6f * settings.taper.writer * hand.form.deviate();
        return frame;
    }

    Point apply(Point p) const {
        float u = (p.x - 50.0f) / 50.0f;
        float v = (p.y - 50.0f) / 50.0f;
        u += bend.x * (1.0f - u * u);
        v += bend.y * (1.0f - v * v);
        u *= 1.0f + taper.x * v;
        v *= 1.0f + taper.y * u;
        u = u * widening - slant * v;
        const float cosine = 1.0f - rotation * rotation / 2.0f; // the angles are small
        return {cosine * u + rotation * v, cosine * v - rotation * u};
    }
};

} // namespace

void warpLines(std::vector<Polyline>& lines, int digit, const DigitSettings& settings, Hand& hand) {
    std::array<Wave, 8> waves;
    for (std::size_t i = 0; i < waves.size(); ++i)
        waves[i] =
            i < 4 ? Wave::draw(hand.form, settings.elastic.writer) : Wave::draw(hand.image, settings.elastic.image);
    const Frame frame = Frame::draw(digit, settings, hand);
    for (Polyline& line : lines) {
        for (Point& point : line) {
            Point moved = point;
            for (const Wave& wave : waves) {
                const float swing = sineOfTurns(wave.frequency.x * point.x + wave.frequency.y * point.y + wave.phase);
                moved.x += wave.amplitude.x * swing;
                moved.y += wave.amplitude.y * swing;
            }
            point = frame.apply(moved);
        }
    }
}

} // namespace kernelscope::digits
