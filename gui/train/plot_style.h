// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Colours of curves, for the window's palette and for paper.
#pragma once

#include <QColor>
#include <QPalette>

namespace kernelscope {

/// Whether a palette has light text on a dark ground. (Qt 6.4 does not tell.)
bool isDark(const QPalette& palette);

/// A colour between two: 0 gives the first, 1 the second.
QColor blend(const QColor& first, const QColor& second, double part);

/// The colours of a plot. Curves have those of M. Okabe and K. Ito, "Color Universal Design", 2008, which stay apart
/// for colour-blind eyes; a dash or a marker tells them apart as well.
struct PlotStyle {
    QColor background;
    QColor text;
    QColor mutedText; ///< Tick labels, contrast at least 4.5 : 1 on the background.
    QColor grid;
    QColor axis;
    QColor training;
    QColor rawTraining; ///< The same, faint.
    QColor test;
    QColor event; ///< Changes of the learning rate.

    static PlotStyle fromPalette(const QPalette& palette);
    /// For documents: black on white, whatever the window looks like.
    static PlotStyle paper();
};

/// Okabe-Ito's bluish green and vermilion, in a tone that reads on the palette's base: right and wrong answers. Always
/// beside a sign.
QColor rightColor(const QPalette& palette);
QColor wrongColor(const QPalette& palette);

} // namespace kernelscope
