// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

namespace kernelscope {

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
    setWindowTitle(tr("Kernelscope"));
}

} // namespace kernelscope
