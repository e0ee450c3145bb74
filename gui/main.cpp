// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/theme.h"

#include <QApplication>
#include <QIcon>

#include <cstdlib>

using namespace kernelscope;

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("kernelscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Kernelscope"));
    QApplication::setApplicationVersion(QString::fromStdString(buildInfo().version));
    QGuiApplication::setDesktopFileName(QStringLiteral("kernelscope"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/kernelscope.svg")));

    Settings settings;
    Theme theme;
    theme.setMode(settings.themeMode());
    Session session;
    settings.restore(session);
    MainWindow window(session, settings, theme);
    window.show();
    const int status = QApplication::exec();
    if (session.run().isBusy()) {
        // The device computes a step that takes longer than anyone waits. All is saved; nothing is left but to go.
        settings.sync();
        std::_Exit(status);
    }
    return status;
}
