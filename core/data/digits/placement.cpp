// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace kernelscope::digits {

namespace {

constexpr float kFrameSide = 20.2f; ///< MNIST's 20 pixels, plus what of the soft edge is too faint to count.
constexpr float kMiddle = 0.5f * kSide;
constexpr float kFaintestDepth = -2.0f; ///< Beyond it a pixel is black, whatever the edge's noise.

float smoothStep(float v) {
    return v * v * (3.0f - 2.0f * v);
}

} // namespace

float Box::longerSide() const {
    return std::max(std::max(width(), height()), 0.05f);
}

Box boxAround(const std::vector<Polyline>& lines) {
    Box box{lines.front().front(), lines.front().front()};
    for (const Polyline& line : lines) {
        for (const Point p : line) {
            box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y)};
            box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y)};
        }
    }
    return box;
}

std::vector<Polyline> placeInFrame(const std::vector<Polyline>& lines, const Pen& pen) {
    const Box box = boxAround(lines);
    const float scale = (kFrameSide - pen.width() - pen.edge()) / box.longerSide();
    const Point origin = {
        kMiddle - 0.5f * scale * (box.low.x + box.high.x), kMiddle - 0.5f * scale * (box.low.y + box.high.y)};
    std::vector<Polyline> placed = lines;
    for (Polyline& line : placed)
        for (Point& p : line)
            p = {origin.x + scale * p.x, origin.y + scale * p.y};
    return placed;
}

void developImage(const DepthField& depth, float edge, float roughness, RandomStream& image,
    std::span<std::uint8_t, kPixels> pixels) {
    std::array<float, kPixels> ink{};
    float mass = 1e-6f;
    float momentX = 0.0f;
    float momentY = 0.0f;
    for (std::size_t i = 0; i < kPixels; ++i) {
        if (depth[i] <= kFaintestDepth)
            continue;
        const float rough = depth[i] + roughness * image.deviate();
        ink[i] = smoothStep(std::clamp(rough / edge + 0.5f, 0.0f, 1.0f));
        mass += ink[i];
        momentX += ink[i] * static_cast<float>(i % kSide);
        momentY += ink[i] * static_cast<float>(i / kSide);
    }
    const int shiftX = static_cast<int>(std::floor(kMiddle + 0.5f - momentX / mass));
    const int shiftY = static_cast<int>(std::floor(kMiddle + 0.5f - momentY / mass));
    std::fill(pixels.begin(), pixels.end(), std::uint8_t{0});
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const int toX = x + shiftX;
            const int toY = y + shiftY;
            if (toX >= 0 && toX < kSide && toY >= 0 && toY < kSide)
                pixels[static_cast<std::size_t>(toY * kSide + toX)] =
                    static_cast<std::uint8_t>(ink[static_cast<std::size_t>(y * kSide + x)] * 255.0f + 0.5f);
        }
    }
}

} // namespace kernelscope::digits
