// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/drawing/ink_frame.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace kernelscope {

namespace {

/// Pixels from first to last, last included; none where last < first.
struct Range {
    int first = 0;
    int last = -1;

    int length() const { return last - first + 1; }
};

struct Box {
    Range columns;
    Range rows;
};

/// The smallest upright box that holds every pixel with any ink.
Box boxOf(const InkRaster& drawing) {
    Box box{{drawing.width, -1}, {drawing.height, -1}};
    for (int y = 0; y < drawing.height; ++y) {
        const auto row = drawing.ink.subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(drawing.width),
            static_cast<std::size_t>(drawing.width));
        const auto isInk = [](std::uint8_t ink) { return ink > 0; };
        const auto first = std::find_if(row.begin(), row.end(), isInk);
        if (first == row.end())
            continue;
        const auto last = std::find_if(row.rbegin(), row.rend(), isInk);
        box.columns.first = std::min(box.columns.first, static_cast<int>(first - row.begin()));
        box.columns.last = std::max(box.columns.last, static_cast<int>(row.rend() - last) - 1);
        box.rows.first = std::min(box.rows.first, y);
        box.rows.last = y;
    }
    return box;
}

/// How one axis of the drawing is mapped to pixels: pixel i is the mean over a window of the drawing.
struct Axis {
    int count = 0;     ///< Pixels that are made.
    double scale = 1;  ///< Their pixels for each of the drawing's.
    double origin = 0; ///< Where the drawing begins, in their pixels; at most 0.5 off a whole number.
    Range source;      ///< Of the drawing; beyond it there is no ink.

    /// Adds to each pixel the drawing's values by how much of the window they fill. Where the drawing is enlarged the
    /// window is one of its pixels wide, which makes the values between two of them linear.
    template <class Add>
    void average(const Add& add) const {
        const double window = std::max(1.0, 1.0 / scale);
        for (int i = 0; i < count; ++i) {
            const double middle = (i + 0.5 - origin) / scale;
            const double from = std::max(middle - window / 2, 0.0);
            const double to = std::min(middle + window / 2, static_cast<double>(source.length()));
            for (int j = static_cast<int>(from); j < to; ++j) {
                const double part = std::min(to, j + 1.0) - std::max(from, static_cast<double>(j));
                if (part > 0)
                    add(i, source.first + j, part / window);
            }
        }
    }
};

/// `length` pixels of a drawing in the fewest pixels that hold them at this scale, with the rest on both sides alike.
Axis axisOf(const Range& source, double scale) {
    const double size = source.length() * scale;
    // A size that rounding left a hair above a whole number is that number.
    const int count = std::max(1, static_cast<int>(std::ceil(size - 1e-9)));
    return {count, scale, (count - size) / 2, source};
}

/// down.count rows of across.count values, 0 to 255.
std::vector<double> resampled(const InkRaster& drawing, const Axis& across, const Axis& down) {
    const auto width = static_cast<std::size_t>(across.count);
    std::vector<double> narrow(width * static_cast<std::size_t>(drawing.height));
    across.average([&](int to, int from, double part) {
        for (int y = down.source.first; y <= down.source.last; ++y)
            narrow[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(to)] +=
                part * drawing.ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(drawing.width) +
                                   static_cast<std::size_t>(from)];
    });
    std::vector<double> result(width * static_cast<std::size_t>(down.count));
    down.average([&](int to, int from, double part) {
        for (std::size_t x = 0; x < width; ++x)
            result[static_cast<std::size_t>(to) * width + x] +=
                part * narrow[static_cast<std::size_t>(from) * width + x];
    });
    return result;
}

/// Divides by the greatest value: 0 to 1.
void strengthen(std::vector<double>& values) {
    const double greatest = *std::max_element(values.begin(), values.end());
    for (double& value : values)
        value /= greatest;
}

/// By how many pixels the box moves from the frame's edge, so that the mean index becomes the middle.
int placeOf(double meanIndex, int count, int frame) {
    const int wanted = static_cast<int>(std::floor(frame / 2.0 + 0.5 - meanIndex));
    return std::clamp(wanted, 0, std::max(0, frame - count));
}

} // namespace

std::vector<double> centredInk(const InkRaster& drawing, int width, int height) {
    const Box box = boxOf(drawing);
    if (box.rows.length() <= 0)
        return {};
    const double scale = std::min(kInkBoxPart * width / box.columns.length(), kInkBoxPart * height / box.rows.length());
    const Axis across = axisOf(box.columns, scale);
    const Axis down = axisOf(box.rows, scale);
    std::vector<double> ink = resampled(drawing, across, down);
    strengthen(ink);

    double mass = 0;
    double momentX = 0;
    double momentY = 0;
    for (int y = 0; y < down.count; ++y)
        for (int x = 0; x < across.count; ++x) {
            const double value = ink[static_cast<std::size_t>(y * across.count + x)];
            mass += value;
            momentX += value * x;
            momentY += value * y;
        }
    const int left = placeOf(momentX / mass, across.count, width);
    const int top = placeOf(momentY / mass, down.count, height);
    std::vector<double> frame(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < down.count; ++y)
        for (int x = 0; x < across.count; ++x)
            frame[static_cast<std::size_t>(y + top) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x + left)] = ink[static_cast<std::size_t>(y * across.count + x)];
    return frame;
}

Tensor inkTensor(std::span<const double> ink, const Shape& input) {
    Tensor tensor{input, {}};
    if (ink.empty())
        return tensor;
    tensor.values.reserve(input.size());
    for (int channel = 0; channel < input.channels; ++channel)
        for (const double value : ink)
            tensor.values.push_back(static_cast<float>(std::floor(std::clamp(value, 0.0, 1.0) * 255 + 0.5)) / 255.0f);
    return tensor;
}

} // namespace kernelscope
