// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The parts that FlatStyle's controls are drawn with: flat, with round corners. Colours are of the option's palette.
#pragma once

#include <QStyle>

class QColor;
class QPainter;
class QRect;
class QStyleOption;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QWidget;

namespace kernelscope::flat {

/// A colour between two. @param share 0 for the first, 1 for the second.
QColor blend(const QColor& a, const QColor& b, qreal share);
bool has(const QStyleOption* option, QStyle::StateFlag flag);
/// Whether a button is the one thing to do in its window.
bool isPrimary(const QWidget* widget);

void drawPanel(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& border);
/// Two pixels wide, within the rectangle.
void drawFocusRing(QPainter* painter, const QRect& rect, const QColor& colour);
void drawChevron(QPainter* painter, const QRect& rect, const QColor& colour, bool up = false);
void drawPushButton(const QStyleOption* option, QPainter* painter, const QWidget* widget);
void drawToolButton(const QStyleOption* option, QPainter* painter);
/// Of what can be typed in.
void drawField(const QStyleOption* option, QPainter* painter);
void drawCheckBox(const QStyleOption* option, QPainter* painter);
/// Of a row or a cell that is selected the ring is light, and stands off from the edge of its colour.
void drawFocusRect(const QStyleOption* option, QPainter* painter, const QWidget* widget);
void drawHeaderSection(const QStyleOption* option, QPainter* painter);
void drawProgress(const QStyleOptionProgressBar& bar, QPainter* painter);
/// A thin groove, in the accent's colour up to the handle, which is a disc with an outline that stands off from the
/// window; where the slider has the focus, a ring of that colour.
/// @param groove,handle as the style places them.
void drawSlider(const QStyleOptionSlider& slider, const QRect& groove, const QRect& handle, QPainter* painter);

} // namespace kernelscope::flat
