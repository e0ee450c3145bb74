// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Where dialogs that ask for a file begin.
#pragma once

#include <QString>

namespace kernelscope {

/// The folder in which a file was last opened or saved through a dialog; empty where there is none, or none any more.
/// Of the whole program, as the desktop's own dialogs have it.
QString lastFolder();
void setLastFolder(const QString& folder);

} // namespace kernelscope
