// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Numbers, shapes and quantities as text for people, in the default locale, and the font that lines them up.
#pragma once

#include "network/shape.h"

#include <QFont>
#include <QString>

#include <cstdint>

namespace kernelscope {

/// "18,496".
QString countText(std::int64_t count);

/// A value of a tensor with `digits` significant ones: "-0.0123", "1.20"; exponents only beyond 1e-4 and 1e6.
QString valueText(double value, int digits = 3);

/// "32 × 26 × 26", or "1,600" for a flat shape.
QString shapeText(const Shape& shape);

/// A message of the core, which writes shapes as terminals can ("32x40x40"), with shapes as they stand elsewhere.
QString withShapes(QString message);

/// "864 FLOP", "389 kFLOP", "5.06 MFLOP".
QString flopsText(std::int64_t flops);

/// "40 B", "72.3 kB" (1 kB = 1,000 bytes).
QString bytesText(std::int64_t bytes);

/// "0.42 ms", "12.3 ms", "0.85 s", "3.42 s", "2 min 05 s".
QString secondsText(double seconds);

/// "98.31 %" for 0.9831.
QString percentText(double fraction, int decimals = 2);

/// The platform's fixed-width font at the size of `base`, so that changing digits do not make text jump.
QFont numberFont(const QFont& base);

} // namespace kernelscope
