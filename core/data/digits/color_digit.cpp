// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/color_digit.h"

#include "data/digits/digit_generator.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kernelscope::digits {

namespace {

constexpr std::uint64_t kScenePurpose = 4711; ///< Of an image's stream: none of those that drawDigit() uses.
constexpr std::uint64_t kTestScenes = std::uint64_t{1} << 40;

/// Grain of the camera, at most; half of it may be lost from the contrast on either side, and some to rounding.
constexpr float kMostGrain = 0.03f;
constexpr float kPromise = kLeastContrast + 2.0f * kMostGrain + 0.01f;

/// How much of each pixel something covers, 0 to 1.
using Cover = std::array<float, kGroundPixels>;

/// A drawn digit, and how to ask it between its pixels.
class Mask {
public:
    Mask(std::uint64_t seed, Split split, std::uint64_t index) { drawDigit(seed, split, index, m_pixels); }

    /// The ink at a place, bilinear; none outside.
    float at(float x, float y) const {
        const float left = std::floor(x);
        const float top = std::floor(y);
        const int column = static_cast<int>(left);
        const int row = static_cast<int>(top);
        const float partX = x - left;
        const float partY = y - top;
        const float upper = pixel(column, row) + partX * (pixel(column + 1, row) - pixel(column, row));
        const float lower = pixel(column, row + 1) + partX * (pixel(column + 1, row + 1) - pixel(column, row + 1));
        return upper + partY * (lower - upper);
    }

private:
    float pixel(int x, int y) const {
        if (x < 0 || y < 0 || x >= kSide || y >= kSide)
            return 0.0f;
        return static_cast<float>(m_pixels[static_cast<std::size_t>(y * kSide + x)]) * (1.0f / 255.0f);
    }

    std::array<std::uint8_t, kPixels> m_pixels;
};

/// Where a digit's middle comes to lie, and how large it becomes.
struct Place {
    float x = 0.0f;
    float y = 0.0f;
    float scale = 1.0f;
};

/// Adds a digit's ink; where two overlap, the thicker one counts.
void lay(const Mask& mask, Place place, Cover& cover) {
    constexpr float kMiddle = 0.5f * (kSide - 1);
    const float perScale = 1.0f / place.scale;
    for (int y = 0; y < kColorSide; ++y)
        for (int x = 0; x < kColorSide; ++x) {
            float& pixel = cover[static_cast<std::size_t>(y * kColorSide + x)];
            pixel = std::max(pixel, mask.at(kMiddle + (static_cast<float>(x) - place.x) * perScale,
                                        kMiddle + (static_cast<float>(y) - place.y) * perScale));
        }
}

/// The digit, and perhaps parts of neighbours left or right of it.
Cover layDigits(std::uint64_t seed, Split split, std::uint64_t index, RandomStream& scene) {
    constexpr float kMiddle = 0.5f * (kColorSide - 1);
    const Place place{
        kMiddle + scene.uniform(-2.5f, 2.5f), kMiddle + scene.uniform(-2.0f, 2.0f), scene.uniform(0.85f, 1.25f)};
    Cover cover{};
    lay(Mask(seed, split, index), place, cover);
    for (const float side : {-1.0f, 1.0f}) {
        const bool hasNeighbor = scene.chance(0.2f);
        const float apart = place.scale * scene.uniform(19.0f, 23.0f);
        const float drop = scene.uniform(-2.0f, 2.0f);
        const std::uint64_t other = scene.next();
        if (!hasNeighbor)
            continue;
        // Another digit of the same writer, or of one beside: never of the other split.
        const std::uint64_t count = split == Split::Train ? kTrainWriters : kTestWriters;
        lay(Mask(seed, split, other % (count * kImagesPerWriter)),
            {place.x + side * apart, place.y + drop, place.scale}, cover);
    }
    return cover;
}

/// Two inks, between which the ink changes over the image; both on the same side of the ground's luma.
struct Inks {
    Color from;
    Color to;
    bool bright = false;
};

Inks drawInks(const Ground& ground, RandomStream& scene) {
    const float roomAbove = 1.0f - ground.brightest;
    const float roomBelow = ground.darkest;
    const bool canBright = roomAbove >= kPromise;
    const bool canDark = roomBelow >= kPromise;
    const bool wished = scene.chance(0.5f);
    Inks inks;
    inks.bright = canBright && (wished || !canDark);
    const auto draw = [&](float hue, float saturation) {
        // The farther from the ground, the rarer: contrasts at the limit are part of the task.
        const float part = scene.uniform();
        const float beyond = kPromise + part * part * ((inks.bright ? roomAbove : roomBelow) - kPromise);
        const float luma = inks.bright ? ground.brightest + beyond : ground.darkest - beyond;
        return colorOf(std::clamp(luma, 0.0f, 1.0f), hue, saturation);
    };
    const float hue = scene.uniform();
    const float saturation = scene.uniform();
    inks.from = draw(hue, saturation);
    inks.to = scene.chance(0.5f) ? inks.from : draw(hue + scene.uniform(-0.1f, 0.1f), saturation);
    return inks;
}

} // namespace

void drawColorDigit(std::uint64_t seed, Split split, std::uint64_t index, std::span<std::uint8_t, kColorPixels> pixels,
    std::span<std::uint8_t> ink) {
    RandomStream scene(seed, (split == Split::Train ? 0 : kTestScenes) + index + 1, kScenePurpose);
    const Cover cover = layDigits(seed, split, index, scene);
    // With a span of at most 1 - 2 * kPromise, one side of the ground always has room for an ink.
    const Ground ground = drawGround(1.0f - 2.0f * kPromise, scene);
    const Inks inks = drawInks(ground, scene);
    const float slopeX = scene.uniform(-0.5f, 0.5f);
    const float slopeY = scene.uniform(-0.5f, 0.5f);
    // A shadow that sets the ink off from its ground: dark beside bright ink, bright beside dark one.
    const float shadow = scene.chance(0.35f) ? scene.uniform(0.3f, 0.8f) : 0.0f;
    const int shadowX = scene.chance(0.5f) ? 1 : -1;
    const float grain = scene.uniform(0.0f, kMostGrain);
    const Color shade = inks.bright ? Color{0.0f, 0.0f, 0.0f} : Color{1.0f, 1.0f, 1.0f};

    for (int y = 0; y < kColorSide; ++y)
        for (int x = 0; x < kColorSide; ++x) {
            const auto i = static_cast<std::size_t>(y * kColorSide + x);
            const float along = 0.5f + (slopeX * static_cast<float>(2 * x - kColorSide) +
                                           slopeY * static_cast<float>(2 * y - kColorSide)) /
                                           (2.0f * kColorSide);
            const Color inkColor = blend(inks.from, inks.to, std::clamp(along, 0.0f, 1.0f));
            Color color = ground.pixels[i];
            const int casterX = x - shadowX;
            if (shadow > 0.0f && y > 0 && casterX >= 0 && casterX < kColorSide)
                color = blend(
                    color, shade, 0.4f * shadow * cover[static_cast<std::size_t>((y - 1) * kColorSide + casterX)]);
            color = blend(color, inkColor, cover[i]);
            const std::array<float, 3> channels = {color.red, color.green, color.blue};
            for (std::size_t c = 0; c < 3; ++c) {
                const float noisy = channels[c] + grain * (scene.uniform() + scene.uniform() - 1.0f);
                pixels[c * kGroundPixels + i] =
                    static_cast<std::uint8_t>(std::clamp(noisy, 0.0f, 1.0f) * 255.0f + 0.5f);
            }
            if (!ink.empty())
                ink[i] = static_cast<std::uint8_t>(cover[i] * 255.0f + 0.5f);
        }
}

} // namespace kernelscope::digits
