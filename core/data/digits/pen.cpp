// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/pen.h"

#include "data/digits/deterministic_math.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::digits {

namespace {

constexpr float kThinnestPen = 1.5f;
constexpr float kWidestPen = 6.5f;

/// Pixels around the ink whose depth is recorded: enough for the widest edge and its noise.
constexpr float kMargin = 1.25f;

} // namespace

Pen Pen::draw(int digit, const DigitSettings& settings, Hand& hand) {
    Pen pen;
    const float logWidth = settings.habits[static_cast<std::size_t>(digit)].logPenWidth +
                           settings.logPenWidth.writer * hand.writer.deviate() +
                           settings.logPenWidth.image * hand.image.deviate();
    pen.m_width = std::clamp(settings.penWidth * exponential(logWidth), kThinnestPen, kWidestPen);
    pen.m_edge = hand.writer.uniform(settings.edgeMin, settings.edgeMax);
    const float nibTurns = hand.writer.uniform();
    pen.m_nibDirection = {sineOfTurns(nibTurns), cosineOfTurns(nibTurns)};
    pen.m_nib = settings.nib * std::fabs(hand.writer.deviate());
    pen.m_waves[0].turns = hand.image.uniform(0.5f, 1.5f);
    pen.m_waves[1].turns = hand.image.uniform(1.5f, 4.0f);
    for (Wave& wave : pen.m_waves) {
        wave.phase = hand.image.uniform();
        wave.amplitude = settings.penWave * hand.image.deviate();
    }
    pen.m_waves[1].amplitude *= 0.5f;
    for (float& thinning : pen.m_endThinning) {
        thinning = settings.endTaper * hand.image.uniform();
        if (!hand.image.chance(0.6f))
            thinning = 0.0f;
    }
    const bool hasGap = hand.image.chance(settings.gapChance);
    const float gapFrom = hand.image.uniform();
    const float gapLength = hand.image.uniform(0.03f, 0.10f);
    if (hasGap) {
        pen.m_gapFrom = gapFrom;
        pen.m_gapTo = gapFrom + gapLength;
    }
    return pen;
}

float Pen::relativeWidth(float along, float stroke, Point direction) const {
    float width = 1.0f;
    for (const Wave& wave : m_waves)
        width += wave.amplitude * sineOfTurns(wave.phase + wave.turns * (along + stroke));
    const float alongNib = std::fabs(direction.x * m_nibDirection.x + direction.y * m_nibDirection.y);
    width *= 1.0f + m_nib * (0.5f - alongNib);
    const float nearStart = std::max(0.0f, 1.0f - along * 5.0f);
    const float nearEnd = std::max(0.0f, 1.0f - (1.0f - along) * 5.0f);
    return width * (1.0f - m_endThinning[0] * nearStart - m_endThinning[1] * nearEnd);
}

DepthField Pen::ink(const std::vector<Polyline>& lines) const {
    DepthField depth;
    depth.fill(kNoInk);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Polyline& line = lines[i];
        const float segments = static_cast<float>(line.size() - 1);
        for (std::size_t j = 0; j + 1 < line.size(); ++j) {
            const float along = static_cast<float>(j) / segments;
            if (i == 0 && along > m_gapFrom && along < m_gapTo)
                continue;
            const Point a = line[j];
            const Point b = line[j + 1];
            const float length = distance(a, b) + 1e-3f;
            const Point direction = {(b.x - a.x) / length, (b.y - a.y) / length};
            inkSegment(depth, a, b, 0.5f * m_width * relativeWidth(along, static_cast<float>(i), direction));
        }
    }
    return depth;
}

void inkSegment(DepthField& depth, Point from, Point to, float radius) {
    const float dx = to.x - from.x;
    const float dy = to.y - from.y;
    const float perLengthSquared = 1.0f / (dx * dx + dy * dy + 1e-9f);
    const float reach = radius + kMargin;
    // The pixels whose centres may lie within reach. An int conversion rounds towards zero, hence the floor.
    const auto first = [reach](float a, float b) {
        return std::max(0, static_cast<int>(std::floor(std::min(a, b) - reach)));
    };
    const auto last = [reach](float a, float b) {
        return std::min(kSide - 1, static_cast<int>(std::floor(std::max(a, b) + reach)));
    };
    const int left = first(from.x, to.x);
    const int right = last(from.x, to.x);
    const int bottom = last(from.y, to.y);
    for (int y = first(from.y, to.y); y <= bottom; ++y) {
        float* row = depth.data() + y * kSide;
        const float qy = static_cast<float>(y) + 0.5f - from.y;
        for (int x = left; x <= right; ++x) {
            const float qx = static_cast<float>(x) + 0.5f - from.x;
            const float t = std::clamp((qx * dx + qy * dy) * perLengthSquared, 0.0f, 1.0f);
            const float ex = qx - t * dx;
            const float ey = qy - t * dy;
            row[x] = std::max(row[x], radius - std::sqrt(ex * ex + ey * ey));
        }
    }
}

} // namespace kernelscope::digits
