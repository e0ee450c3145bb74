// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pages of which everything can be reached at large type or in a small window.
#pragma once

class QWidget;

namespace kernelscope {

/// Fills a widget that has no layout yet with a page that scrolls where it has too little room.
/// @param objectName of the scroll area.
void fillScrolled(QWidget& widget, QWidget* page, const char* objectName);

} // namespace kernelscope
