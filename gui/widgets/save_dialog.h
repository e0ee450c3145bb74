// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Asking where to save something, in one way everywhere.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace kernelscope {

/// What a dialog asks for.
struct SaveQuestion {
    QString title;
    QString file;       ///< Suggested: a name, or a whole path.
    QString filter;     ///< "Weights (*.safetensors)".
    QString suffix;     ///< Appended where none is typed: "safetensors".
    QString objectName; ///< Of the dialog.
};

/// Opens the dialog over the parent's window, in the suggested file's folder or that of the last choice, and returns at
/// once; `chosen` gets the path, never an empty one. An existing file is only chosen after a question.
void askWhereToSave(QWidget* parent, const SaveQuestion& question, const std::function<void(const QString&)>& chosen);

} // namespace kernelscope
