// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Fields that leave the mouse wheel to the page they are on.
#pragma once

class QWidget;

namespace kernelscope {

/// The widget takes the wheel only while it has the focus, and the wheel gives it none: a page that scrolls under the
/// mouse must not change values on its way.
void calmWheel(QWidget& widget);

/// calmWheel() for every combo box, spin box and slider below a widget by now.
void calmWheels(const QWidget& page);

} // namespace kernelscope
