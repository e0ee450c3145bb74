// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/color_scale.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kernelscope {
namespace {

/// sRGB's transfer function, linear light 0 to 1 -> 0 to 255.
int encode(double linear) {
    linear = std::clamp(linear, 0.0, 1.0);
    const double s = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
    return static_cast<int>(std::lround(255 * s));
}

double decode(int channel) {
    const double s = channel / 255.0;
    return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
}

/// B. Ottosson's Oklab, 2020: lightness 0 to 1, chroma, hue in degrees.
QRgb oklch(double lightness, double chroma, double hue) {
    const double a = chroma * std::cos(hue * std::numbers::pi / 180);
    const double b = chroma * std::sin(hue * std::numbers::pi / 180);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return qRgb(encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
}

/// Strength -1 to 1: lightness falls evenly on both sides, chroma rises quickly and stays, so that small weights
/// already have a colour.
QRgb zeroCentredColor(double strength) {
    const double magnitude = std::abs(strength);
    const double lightness = 0.97 - 0.57 * magnitude;
    const double chroma = 0.125 * std::min(1.0, 2 * magnitude);
    return oklch(lightness, chroma, strength < 0 ? 255 : 55);
}

/// Ten anchors of viridis at equal distances, linear between them: at most 2 of 255 from the original.
QRgb viridisColor(double position) {
    static constexpr std::array<QRgb, 10> anchors{0xff440154, 0xff482878, 0xff3e4989, 0xff31688e, 0xff26828e,
        0xff1f9e89, 0xff35b779, 0xff6ece58, 0xffb5de2b, 0xfffde725};
    const double x = position * (anchors.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(x), anchors.size() - 2);
    const double f = x - static_cast<double>(i);
    const auto mix = [f](int low, int high) { return static_cast<int>(std::lround(low + f * (high - low))); };
    const QRgb low = anchors[i];
    const QRgb high = anchors[i + 1];
    return qRgb(mix(qRed(low), qRed(high)), mix(qGreen(low), qGreen(high)), mix(qBlue(low), qBlue(high)));
}

} // namespace

ColorScale::Table ColorScale::makeTable(ColorMap map) {
    Table result{};
    for (int i = 0; i < colors; ++i) {
        const double position = static_cast<double>(i) / (colors - 1);
        QRgb& color = result[static_cast<std::size_t>(i)];
        switch (map) {
        case ColorMap::ZeroCentred:
            color = zeroCentredColor(2 * position - 1);
            break;
        case ColorMap::Viridis:
            color = viridisColor(position);
            break;
        case ColorMap::Grey: {
            const int level = static_cast<int>(std::lround(255 * position));
            color = qRgb(level, level, level);
            break;
        }
        }
    }
    return result;
}

const ColorScale::Table& ColorScale::table(ColorMap map) {
    static const std::array<Table, 3> tables{
        makeTable(ColorMap::ZeroCentred), makeTable(ColorMap::Viridis), makeTable(ColorMap::Grey)};
    return tables[static_cast<std::size_t>(map)];
}

ColorScale::ColorScale(ColorMap map, float minimum, float maximum)
    : m_map(map),
      m_minimum(minimum),
      m_maximum(maximum),
      m_factor(maximum > minimum ? (colors - 1) / (maximum - minimum) : 0),
      m_table(&table(map)) {}

ColorScale ColorScale::zeroCentred(float limit) {
    return {ColorMap::ZeroCentred, -limit, limit};
}

ColorScale ColorScale::zeroCentred(std::span<const float> values) {
    float limit = 0;
    for (float value : values)
        if (std::isfinite(value))
            limit = std::max(limit, std::abs(value));
    return zeroCentred(limit);
}

ColorScale ColorScale::viridis(float minimum, float maximum) {
    return {ColorMap::Viridis, minimum, maximum};
}

ColorScale ColorScale::viridis(std::span<const float> values) {
    bool any = false;
    float minimum = 0;
    float maximum = 0;
    for (float value : values) {
        if (!std::isfinite(value))
            continue;
        minimum = any ? std::min(minimum, value) : value;
        maximum = any ? std::max(maximum, value) : value;
        any = true;
    }
    return viridis(minimum, maximum);
}

ColorScale ColorScale::grey(float minimum, float maximum) {
    return {ColorMap::Grey, minimum, maximum};
}

QRgb ColorScale::color(float value) const {
    if (std::isnan(value))
        return notANumberColor();
    if (m_factor == 0)
        return (*m_table)[m_map == ColorMap::ZeroCentred ? colors / 2 : 0];
    const float position = (std::clamp(value, m_minimum, m_maximum) - m_minimum) * m_factor;
    return (*m_table)[static_cast<std::size_t>(std::min(static_cast<int>(position + 0.5F), colors - 1))];
}

double luminance(QRgb color) {
    return 0.2126 * decode(qRed(color)) + 0.7152 * decode(qGreen(color)) + 0.0722 * decode(qBlue(color));
}

QColor textColorOn(QRgb background) {
    // Above this luminance black has the higher contrast: (L + 0.05) / 0.05 against 1.05 / (L + 0.05).
    return luminance(background) > 0.179 ? Qt::black : Qt::white;
}

} // namespace kernelscope
