// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Version and licences.
#pragma once

#include <QDialog>

namespace kernelscope {

/// What the program is, which build of it, and on whose work it stands.
class AboutDialog : public QDialog {
    Q_OBJECT

public:
    explicit AboutDialog(QWidget* parent = nullptr);
};

} // namespace kernelscope
