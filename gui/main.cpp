// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QApplication>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    kernelscope::MainWindow window;
    window.show();
    return QApplication::exec();
}
