// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Asking what to open, in one way everywhere.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace kernelscope {

/// What a dialog asks for.
struct OpenQuestion {
    QString title;
    QString filter;     ///< "Networks (*.json);;All files (*)"; empty: a folder is asked for.
    QString objectName; ///< Of the dialog.
};

/// Opens the dialog over the parent's window, in the folder of the last such choice, and returns at once; `chosen` gets
/// the path of what exists, never an empty one.
void askWhatToOpen(QWidget* parent, const OpenQuestion& question, const std::function<void(const QString&)>& chosen);

} // namespace kernelscope
