// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/drawing/picture_ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace kernelscope {

namespace {

/// A value on the picture's edge, and where it is: -1 to 1 across and down.
struct EdgePoint {
    double x = 0;
    double y = 0;
    double value = 0;
};

/// The outermost 1/32 of the picture on each side, at least one pixel.
std::vector<EdgePoint> edgeOf(const Picture& grey) {
    const int width = grey.shape.width;
    const int height = grey.shape.height;
    const int rim = std::max(1, std::min(width, height) / 32);
    std::vector<EdgePoint> points;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const bool isEdge = x < rim || y < rim || x >= width - rim || y >= height - rim;
            if (isEdge)
                points.push_back({2.0 * x / width - 1, 2.0 * y / height - 1,
                    static_cast<double>(grey.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                                    static_cast<std::size_t>(x)])});
        }
    return points;
}

/// a + b x + c y, and how far points are from it (standard deviation).
struct Ground {
    double a = 0;
    double b = 0;
    double c = 0;
    double noise = 0;

    double at(double x, double y) const { return a + b * x + c * y; }
};

/// Least squares through three normal equations.
Ground planeThrough(const std::vector<EdgePoint>& points) {
    std::array<std::array<double, 4>, 3> m{};
    for (const EdgePoint& p : points) {
        const std::array<double, 3> basis{1, p.x, p.y};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j)
                m[i][j] += basis[i] * basis[j];
            m[i][3] += basis[i] * p.value;
        }
    }
    for (std::size_t i = 0; i < 3; ++i) {
        m[i][i] += 1e-9; // a picture one pixel wide has no slope across
        for (std::size_t row = 0; row < 3; ++row) {
            if (row == i)
                continue;
            const double factor = m[row][i] / m[i][i];
            for (std::size_t column = 0; column < 4; ++column)
                m[row][column] -= factor * m[i][column];
        }
    }
    Ground ground{m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2], 0};
    double squares = 0;
    for (const EdgePoint& p : points)
        squares += std::pow(p.value - ground.at(p.x, p.y), 2);
    ground.noise = std::sqrt(squares / static_cast<double>(points.size()));
    return ground;
}

double medianOf(std::vector<EdgePoint>& points) {
    const auto middle = points.begin() + static_cast<std::ptrdiff_t>(points.size() / 2);
    std::nth_element(
        points.begin(), middle, points.end(), [](const EdgePoint& a, const EdgePoint& b) { return a.value < b.value; });
    return middle->value;
}

/// The edge's plane, without strokes that run over it: those far from the median, then those far from the plane.
Ground groundOf(const Picture& grey) {
    std::vector<EdgePoint> points = edgeOf(grey);
    constexpr double farFromMedian = 64; // of 256 levels: uneven light is less, ink on paper is more
    constexpr int rounds = 3;
    const double median = medianOf(points);
    std::erase_if(points, [&](const EdgePoint& p) { return std::abs(p.value - median) > farFromMedian; });
    Ground ground = planeThrough(points);
    for (int round = 0; round < rounds; ++round) {
        const double limit = 2.5 * ground.noise + 1e-6;
        std::erase_if(points, [&](const EdgePoint& p) { return std::abs(p.value - ground.at(p.x, p.y)) > limit; });
        if (points.size() < 8)
            break;
        ground = planeThrough(points);
    }
    return ground;
}

/// Takes away what does not hang together with enough ink: specks. What is faint counts to the ink that it surrounds.
void removeSpecks(Picture& ink) {
    constexpr std::uint8_t solid = 96;
    constexpr std::size_t leastPart = 30; // of the largest piece
    constexpr int halo = 2;               // pixels of soft edge
    const int width = ink.shape.width;
    const int height = ink.shape.height;
    const auto at = [width](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
    };
    std::vector<int> pieces(ink.pixels.size(), -1);
    std::vector<std::size_t> sizes;
    std::vector<std::pair<int, int>> open;
    const auto take = [&](int x, int y, int piece) {
        if (x < 0 || y < 0 || x >= width || y >= height || pieces[at(x, y)] >= 0 || ink.pixels[at(x, y)] < solid)
            return;
        pieces[at(x, y)] = piece;
        ++sizes[static_cast<std::size_t>(piece)];
        open.emplace_back(x, y);
    };
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            if (pieces[at(x, y)] >= 0 || ink.pixels[at(x, y)] < solid)
                continue;
            sizes.push_back(0);
            take(x, y, static_cast<int>(sizes.size()) - 1);
            while (!open.empty()) {
                const auto [px, py] = open.back();
                open.pop_back();
                for (int dy = -1; dy <= 1; ++dy)
                    for (int dx = -1; dx <= 1; ++dx)
                        take(px + dx, py + dy, static_cast<int>(sizes.size()) - 1);
            }
        }
    if (sizes.empty())
        return;
    const std::size_t largest = *std::max_element(sizes.begin(), sizes.end());
    std::vector<std::uint8_t> kept(ink.pixels.size());
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const int piece = pieces[at(x, y)];
            if (piece < 0 || sizes[static_cast<std::size_t>(piece)] * leastPart < largest)
                continue;
            for (int ny = std::max(0, y - halo); ny <= std::min(height - 1, y + halo); ++ny)
                for (int nx = std::max(0, x - halo); nx <= std::min(width - 1, x + halo); ++nx)
                    kept[at(nx, ny)] = 1;
        }
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (!kept[i])
            ink.pixels[i] = 0;
}

} // namespace

bool hasLightGround(const Picture& picture) {
    std::vector<EdgePoint> points = edgeOf(greyPicture(picture));
    return medianOf(points) > 127.5;
}

Picture inkOf(const Picture& picture, bool isGroundLight) {
    Picture ink = greyPicture(picture);
    if (isGroundLight)
        for (std::uint8_t& pixel : ink.pixels)
            pixel = static_cast<std::uint8_t>(255 - pixel);
    const Ground ground = groundOf(ink);
    const double limit = 3 * ground.noise;
    const int width = ink.shape.width;
    const int height = ink.shape.height;
    std::vector<double> above(ink.pixels.size());
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
            const double level = ground.at(2.0 * x / width - 1, 2.0 * y / height - 1);
            above[i] = std::max(0.0, static_cast<double>(ink.pixels[i]) - level - limit);
        }
    const double strongest = *std::max_element(above.begin(), above.end());
    // Less than this cannot be told from a ground that is not quite even.
    constexpr double leastContrast = 12;
    if (strongest < leastContrast) {
        std::fill(ink.pixels.begin(), ink.pixels.end(), std::uint8_t{0});
        return ink;
    }
    for (std::size_t i = 0; i < above.size(); ++i)
        ink.pixels[i] = static_cast<std::uint8_t>(above[i] / strongest * 255 + 0.5);
    if (ground.noise > 0.25)
        removeSpecks(ink);
    return ink;
}

Picture croppedPicture(const Picture& picture, int width, int height) {
    const Shape& shape = picture.shape;
    // In whole numbers: the wider of the two aspects loses at its sides.
    const std::int64_t byWidth = std::int64_t{shape.width} * height;
    const std::int64_t byHeight = std::int64_t{shape.height} * width;
    const int across = byWidth > byHeight ? std::max(1, static_cast<int>(byHeight / height)) : shape.width;
    const int down = byWidth > byHeight ? shape.height : std::max(1, static_cast<int>(byWidth / width));
    const int left = (shape.width - across) / 2;
    const int top = (shape.height - down) / 2;
    Picture middle{{shape.channels, down, across}, {}, picture.wasTransparent};
    middle.pixels.reserve(middle.shape.size());
    for (int channel = 0; channel < shape.channels; ++channel)
        for (int y = 0; y < down; ++y) {
            const auto row = picture.pixels.begin() +
                             (static_cast<std::ptrdiff_t>(channel) * shape.height + top + y) * shape.width + left;
            middle.pixels.insert(middle.pixels.end(), row, row + across);
        }
    return scaledPicture(middle, width, height);
}

Tensor pictureTensor(const Picture& picture, const Shape& input) {
    Picture fitting = input.channels == 3 ? colorPicture(picture) : greyPicture(picture);
    if (fitting.shape.width != input.width || fitting.shape.height != input.height)
        fitting = scaledPicture(fitting, input.width, input.height);
    Tensor tensor{input, {}};
    tensor.values.reserve(input.size());
    for (int channel = 0; channel < input.channels; channel += fitting.shape.channels)
        for (const std::uint8_t pixel : fitting.pixels)
            tensor.values.push_back(static_cast<float>(pixel) / 255.0f);
    return tensor;
}

} // namespace kernelscope
