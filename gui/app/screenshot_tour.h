// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pictures of every view, for those who look over the design.
#pragma once

#include <QString>
#include <QStringList>

namespace kernelscope {

/// Renders every view into PNG files of a folder: light and dark, at each scale in percent (none: 100, 200
/// and 300), with real training in them. Each scale needs a process of its own, which this starts. @return the exit
/// status: 0 where all was written.
int takeScreenshots(const QString& folder, const QStringList& scales);

} // namespace kernelscope
