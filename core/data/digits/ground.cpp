// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/ground.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace kernelscope::digits {

namespace {

float smoothStep(float v) {
    const float t = std::clamp(v, 0.0f, 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/// Calls value(x, y), with x and y from -1 to 1, for each pixel.
template <class Value>
Texture texture(const Value& value) {
    Texture result;
    for (int y = 0; y < kColorSide; ++y)
        for (int x = 0; x < kColorSide; ++x) {
            constexpr float kScale = 2.0f / (kColorSide - 1);
            result[static_cast<std::size_t>(y * kColorSide + x)] = std::clamp(
                value(kScale * static_cast<float>(x) - 1.0f, kScale * static_cast<float>(y) - 1.0f), 0.0f, 1.0f);
        }
    return result;
}

/// A wave of one of two forms, soft or with hard edges, from a phase in turns.
float wave(float turns, float hardness) {
    return smoothStep(0.5f + hardness * sineOfTurns(turns));
}

Texture gradient(RandomStream& image) {
    const float turns = image.uniform();
    const float dx = 0.5f * cosineOfTurns(turns);
    const float dy = 0.5f * sineOfTurns(turns);
    const float bend = image.uniform(-0.3f, 0.3f);
    return texture([=](float x, float y) { return 0.5f + dx * x + dy * y + bend * (x * x - 0.5f) * y; });
}

Texture stripes(RandomStream& image) {
    const float turns = image.uniform();
    const float waves = image.uniform(0.8f, 3.6f);
    const float dx = waves * cosineOfTurns(turns);
    const float dy = waves * sineOfTurns(turns);
    const float phase = image.uniform();
    const float bend = image.uniform(-0.5f, 0.5f);
    const float hardness = image.uniform(0.5f, 2.5f);
    return texture([=](float x, float y) { return wave(phase + dx * x + dy * y + bend * x * y, hardness); });
}

Texture rings(RandomStream& image) {
    const float centerX = image.uniform(-1.5f, 1.5f);
    const float centerY = image.uniform(-1.5f, 1.5f);
    const float waves = image.uniform(0.7f, 2.6f);
    const float phase = image.uniform();
    const float hardness = image.uniform(0.5f, 2.0f);
    return texture([=](float x, float y) {
        const float dx = x - centerX;
        const float dy = y - centerY;
        return wave(phase + waves * std::sqrt(dx * dx + dy * dy), hardness);
    });
}

Texture tiles(RandomStream& image) {
    const float turns = image.uniform(-0.1f, 0.1f);
    const float waves = image.uniform(0.6f, 2.2f);
    const float cosine = waves * cosineOfTurns(turns);
    const float sine = waves * sineOfTurns(turns);
    const float phaseX = image.uniform();
    const float phaseY = image.uniform();
    const bool joints = image.chance(0.5f);
    return texture([=](float x, float y) {
        const float u = phaseX + cosine * x + sine * y;
        const float v = phaseY - sine * x + cosine * y;
        if (!joints) // a chessboard
            return smoothStep(0.5f + 2.0f * sineOfTurns(u) * sineOfTurns(v));
        const float toJoint = std::min(std::fabs(sineOfTurns(u)), std::fabs(sineOfTurns(v)));
        return smoothStep(toJoint / 0.45f); // bricks
    });
}

Texture blotches(RandomStream& image) {
    struct Blotch {
        float x = 0.0f;
        float y = 0.0f;
        float perRadius = 1.0f;
        float flatness = 1.0f;
        float height = 0.0f;
    };
    std::vector<Blotch> all(4 + static_cast<std::size_t>(image.next() % 6));
    for (Blotch& blotch : all) {
        blotch.x = image.uniform(-1.2f, 1.2f);
        blotch.y = image.uniform(-1.2f, 1.2f);
        blotch.perRadius = 1.0f / image.uniform(0.25f, 0.8f);
        blotch.flatness = image.uniform(0.6f, 1.6f);
        blotch.height = image.uniform(0.4f, 1.0f);
    }
    const float edge = image.uniform(0.25f, 1.0f);
    return texture([&](float x, float y) {
        float value = 0.0f;
        for (const Blotch& blotch : all) {
            const float dx = (x - blotch.x) * blotch.perRadius;
            const float dy = (y - blotch.y) * blotch.perRadius * blotch.flatness;
            value = std::max(value, blotch.height * smoothStep((1.0f - std::sqrt(dx * dx + dy * dy)) / edge));
        }
        return value;
    });
}

/// Random values on lattices of growing fineness, smoothly joined.
Texture valueNoise(int cells, int octaves, RandomStream& image) {
    Texture sum{};
    float amplitude = 1.0f;
    float total = 0.0f;
    for (int octave = 0; octave < octaves; ++octave, cells *= 2, amplitude *= 0.5f) {
        const auto nodes = static_cast<std::size_t>(cells) + 1;
        std::vector<float> lattice(nodes * nodes);
        for (float& node : lattice)
            node = image.uniform();
        const float scale = 0.4999f * static_cast<float>(cells);
        const Texture layer = texture([&](float x, float y) {
            const float u = (x + 1.0f) * scale;
            const float v = (y + 1.0f) * scale;
            const auto column = static_cast<std::size_t>(u);
            const auto row = static_cast<std::size_t>(v);
            const float partX = smoothStep(u - static_cast<float>(column));
            const float partY = smoothStep(v - static_cast<float>(row));
            const float* at = lattice.data() + row * nodes + column;
            const float top = at[0] + partX * (at[1] - at[0]);
            const float bottom = at[nodes] + partX * (at[nodes + 1] - at[nodes]);
            return top + partY * (bottom - top);
        });
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += amplitude * layer[i];
        total += amplitude;
    }
    // Sums of random values keep to the middle: spread them over the whole range.
    for (float& value : sum)
        value = std::clamp(0.5f + 1.6f * (value / total - 0.5f), 0.0f, 1.0f);
    return sum;
}

/// Moves a colour's luma and leaves the difference between its channels.
Color brightened(Color color, float by) {
    return {color.red + by, color.green + by, color.blue + by};
}

} // namespace

Texture drawTexture(RandomStream& image) {
    const std::uint64_t kind = image.next() % 6;
    Texture main;
    switch (kind) {
    case 0:
        main = gradient(image);
        break;
    case 1:
        main = stripes(image);
        break;
    case 2:
        main = rings(image);
        break;
    case 3:
        main = tiles(image);
        break;
    case 4:
        main = blotches(image);
        break;
    default:
        return valueNoise(2 + static_cast<int>(image.next() % 4), 3, image);
    }
    const float grain = image.uniform(0.1f, 0.45f);
    const Texture noise = valueNoise(4, 3, image);
    for (std::size_t i = 0; i < main.size(); ++i)
        main[i] += grain * (noise[i] - main[i]);
    return main;
}

Ground drawGround(float mostSpan, RandomStream& image) {
    const float middle = image.uniform(0.14f, 0.86f);
    const float reach = std::min(std::min(middle, 1.0f - middle), 0.5f * mostSpan);
    const float half = std::min(reach, image.uniform(0.04f, 0.24f));
    const float hue = image.uniform();
    const float hueStep = image.uniform(-0.3f, 0.3f);
    const float saturation = image.uniform();
    const Color from = colorOf(middle - half, hue, saturation);
    const Color to = colorOf(middle + half, hue + hueStep, saturation * image.uniform(0.5f, 1.0f));
    const bool swapped = image.chance(0.5f);
    const Texture part = drawTexture(image);
    const Texture light = gradient(image);
    const float lightDepth = image.uniform(0.0f, 0.12f);

    Ground ground;
    ground.darkest = 1.0f;
    for (std::size_t i = 0; i < kGroundPixels; ++i) {
        Color color = blend(from, to, swapped ? 1.0f - part[i] : part[i]);
        // Light and shade only as far as the promised span and the channels' limits go.
        const float luma = color.luma();
        const float wished = luma + lightDepth * (light[i] - 0.5f);
        const float allowed = std::clamp(wished, middle - reach, middle + reach);
        float by = allowed - luma;
        const float brightestChannel = std::max(std::max(color.red, color.green), color.blue);
        const float darkestChannel = std::min(std::min(color.red, color.green), color.blue);
        by = std::clamp(by, -darkestChannel, 1.0f - brightestChannel);
        color = brightened(color, by);
        ground.pixels[i] = color;
        ground.darkest = std::min(ground.darkest, color.luma());
        ground.brightest = std::max(ground.brightest, color.luma());
    }
    return ground;
}

} // namespace kernelscope::digits
