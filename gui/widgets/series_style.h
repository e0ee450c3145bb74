// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How curves and bars of several runs are told apart: by colour and by dash or marker, so that colour is never alone.
#pragma once

#include <QColor>

namespace kernelscope {

/// The colour of series number `index` (M. Okabe and K. Ito, 2008: safe for the common kinds of colour blindness), made
/// lighter where the background is dark. Repeats after seven.
QColor seriesColor(int index, bool onDark);

/// Whether a palette's background is dark.
bool isDark(const QColor& background);

} // namespace kernelscope
