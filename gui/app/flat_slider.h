// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How FlatStyle draws a slider.
#pragma once

class QColor;
class QPainter;
class QRect;
class QStyleOptionSlider;

namespace kernelscope {

/// A thin groove, in the accent's colour up to the handle, which is a disc with an outline that stands off from the
/// window; where the slider has the focus, a ring of that colour.
/// @param groove,handle as the style places them.
void drawSlider(const QStyleOptionSlider& slider, const QRect& groove, const QRect& handle, QPainter* painter);

} // namespace kernelscope
