// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Small parts that the run form is made of.
#pragma once

#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>

#include <utility>

namespace kernelscope {

/// A line of explanation in smaller, fainter type, wrapped.
QLabel* mutedText(const char* objectName, QWidget* parent);

/// Where an error is told under its field; hidden while it is empty.
QLabel* errorText(const char* objectName, QWidget* parent);

/// Shows a message in an errorText(), or hides it.
void showMessage(QLabel* errorText, const QString& message);

/// A number from 0 to below 1 with up to four decimals; reports a typed value when it is complete.
QDoubleSpinBox* fractionBox(const char* objectName, QWidget* parent);

/// Adds a row whose label stands at the middle of its field, however tall the style draws that.
void addRow(QFormLayout& form, const QString& label, QWidget* field);

/// A titled group and its rows.
std::pair<QWidget*, QFormLayout*> formGroup(const QString& title, QWidget* parent);

} // namespace kernelscope
