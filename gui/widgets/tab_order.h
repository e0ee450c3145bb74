// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// In which order the Tab key goes through a window whose parts are made, shown and hidden as they are needed.
#pragma once

class QWidget;

namespace kernelscope {

/// Makes the Tab key go through a part of a window as its layouts are read: rows from the top, columns one after the
/// other. Widgets that stand in no layout follow those that do, in the order in which they were made.
void orderTabsAsRead(QWidget& part);

} // namespace kernelscope
