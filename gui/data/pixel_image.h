// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A data set's images as pictures.
#pragma once

#include "network/shape.h"

#include <QImage>
#include <QSize>

#include <cstdint>
#include <span>

class QPainter;

namespace kernelscope {

/// Grey of one channel, colour of three; of other counts the first channel in grey. A copy.
/// @param pixels CHW, shape.size() of them.
QImage pictureOf(std::span<const std::uint8_t> pixels, const Shape& shape);

/// How large a picture is drawn in a box of device pixels: the greatest whole multiple that fits, or, where it is
/// larger than the box, shrunk to fit.
QSize fittedSize(const Shape& shape, QSize box);

/// Draws a picture into a rectangle of device pixels, whatever the painter's device is scaled by: unsmoothed where it
/// is enlarged, smoothed where it shrinks.
void drawPicture(QPainter& painter, const QRect& deviceRect, const QImage& picture);

} // namespace kernelscope
