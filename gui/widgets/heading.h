// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Headings: labels in bold type.
#pragma once

class QLabel;
class QString;
class QWidget;

namespace kernelscope {

/// Makes a label a heading: bold, and `factor` times as large as its type was.
void makeHeading(QLabel* label, double factor = 1);

/// A heading of the type's own size, in plain text.
QLabel* heading(const QString& text, QWidget* parent);

} // namespace kernelscope
