// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The window.
#pragma once

#include <QMainWindow>

namespace kernelscope {

/// Action bar on top, one workspace at a time, the network strip below.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
};

} // namespace kernelscope
