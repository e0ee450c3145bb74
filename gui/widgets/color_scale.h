// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Colours for values. Three maps: zero-centred for weights, viridis for feature maps, grey for images.
#pragma once

#include <QColor>

#include <array>
#include <span>

namespace kernelscope {

/// Which colours.
enum class ColorMap {
    /// Blue below zero, neutral at zero, orange above; equally dark at equal magnitude, so that it reads without
    /// colour vision and on light and dark windows.
    ZeroCentred,
    Viridis, ///< S. van der Walt and N. Smith, 2015: dark is low, light is high, evenly for the eye.
    Grey,    ///< Black is low, white is high: images as MNIST's are.
};

/// A colour map laid over a range of values. Cheap to copy; two are equal when they draw equally.
class ColorScale {
public:
    /// Grey from 0 to 1.
    ColorScale() : ColorScale(ColorMap::Grey, 0, 1) {}

    /// From -limit to limit, so that zero is neutral. A limit of 0 draws everything neutral.
    static ColorScale zeroCentred(float limit);
    /// The same with the greatest magnitude among the values as its limit.
    static ColorScale zeroCentred(std::span<const float> values);
    static ColorScale viridis(float minimum, float maximum);
    /// The same with the least and the greatest of the values as its ends.
    static ColorScale viridis(std::span<const float> values);
    static ColorScale grey(float minimum = 0, float maximum = 1);

    ColorMap map() const { return m_map; }
    float minimum() const { return m_minimum; }
    float maximum() const { return m_maximum; }

    /// The colour of a value; beyond the ends that of the end, magenta for what is not a number.
    QRgb color(float value) const;

    bool operator==(const ColorScale& other) const {
        return m_map == other.m_map && m_minimum == other.m_minimum && m_maximum == other.m_maximum;
    }

private:
    /// An odd number of colours, so that zero has one of its own in the middle.
    static constexpr int colors = 511;
    using Table = std::array<QRgb, colors>;

    ColorScale(ColorMap map, float minimum, float maximum);
    static Table makeTable(ColorMap map);
    static const Table& table(ColorMap map);

    ColorMap m_map;
    float m_minimum;
    float m_maximum;
    float m_factor; ///< From value - minimum to an index.
    const Table* m_table;
};

/// The colour that marks what a scale cannot show: not a number.
constexpr QRgb notANumberColor() {
    return 0xffff00ff;
}

/// Text colour that reads on a background: black or white, by relative luminance (WCAG 2.1).
QColor textColorOn(QRgb background);

/// Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.1).
double luminance(QRgb color);

} // namespace kernelscope
