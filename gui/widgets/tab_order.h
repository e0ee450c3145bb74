// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// In which order the Tab key goes through a window whose parts are made when they are first shown.
#pragma once

class QWidget;

namespace kernelscope {

/// Moves all that takes the focus in a part of a window behind everything else, keeping the order among themselves.
void moveToEndOfTabOrder(QWidget& part);

} // namespace kernelscope
