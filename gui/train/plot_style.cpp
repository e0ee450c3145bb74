// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/plot_style.h"

namespace kernelscope {
namespace {

PlotStyle style(const QColor& background, const QColor& text, bool dark) {
    PlotStyle result;
    result.background = background;
    result.text = text;
    result.mutedText = blend(background, text, dark ? 0.7 : 0.65);
    result.grid = blend(background, text, 0.1);
    result.axis = blend(background, text, 0.45);
    result.training = dark ? QColor(0x56, 0xB4, 0xE9) : QColor(0x00, 0x72, 0xB2); // sky blue, blue
    result.rawTraining = result.training;
    result.rawTraining.setAlphaF(dark ? 0.6f : 0.35f);
    result.test = dark ? QColor(0xE6, 0x9F, 0x00) : QColor(0xD5, 0x5E, 0x00);  // orange, vermilion
    result.event = dark ? QColor(0xCC, 0x79, 0xA7) : QColor(0xA3, 0x4F, 0x7F); // reddish purple, darkened on white
    return result;
}

} // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightnessF() < palette.color(QPalette::Text).lightnessF();
}

QColor blend(const QColor& first, const QColor& second, double part) {
    const auto mix = [part](int a, int b) { return static_cast<int>(a + (b - a) * part + 0.5); };
    return QColor(mix(first.red(), second.red()), mix(first.green(), second.green()), mix(first.blue(), second.blue()));
}

PlotStyle PlotStyle::fromPalette(const QPalette& palette) {
    return style(palette.color(QPalette::Active, QPalette::Base), palette.color(QPalette::Active, QPalette::Text),
        isDark(palette));
}

PlotStyle PlotStyle::paper() {
    return style(Qt::white, Qt::black, false);
}

QColor rightColor(const QPalette& palette) {
    return isDark(palette) ? QColor(0x2C, 0xC9, 0x9B) : QColor(0x00, 0x80, 0x5D);
}

QColor wrongColor(const QPalette& palette) {
    return isDark(palette) ? QColor(0xFF, 0x8A, 0x3D) : QColor(0xC0, 0x50, 0x00);
}

} // namespace kernelscope
