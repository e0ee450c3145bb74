// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Icons in the palette's colours.
#pragma once

#include <QIcon>
#include <QPalette>
#include <QString>

namespace kernelscope {

/// The icon resources/icons/NAME.svg, drawn sharp at every scale in the application palette's colour of that role, so
/// that it follows light, dark and disabled. "currentColor" in the file is what gets replaced.
QIcon svgIcon(const QString& name, QPalette::ColorRole role = QPalette::ButtonText);

} // namespace kernelscope
