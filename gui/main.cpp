// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"
#include "app/quit_signals.h"
#include "app/screenshot_tour.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/start_trace.h"
#include "app/theme.h"

#include <QApplication>
#include <QCommandLineParser>
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

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Watch a convolutional network learn."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        "path", QCoreApplication::translate(
                    "main", "A network, weights, a run's record or checkpoint, or data: a file or a folder."));
    QCommandLineOption screenshots("screenshots", QString(), "folder"); // for ./dev look
    screenshots.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(screenshots);
    parser.process(application);
    if (parser.isSet(screenshots))
        return takeScreenshots(parser.value(screenshots));

    Settings settings;
    Theme theme;
    theme.setMode(settings.themeMode());
    Session session;
    settings.restore(session);
    MainWindow window(session, settings, theme);
    StartTrace::watch(window, session);
    if (!parser.positionalArguments().isEmpty())
        window.open(parser.positionalArguments().front());
    window.takeUpEarlierWork();
    window.show();
    onQuitSignal(&window, [&window] { window.close(); });
    const int status = QApplication::exec();
    if (session.run().isBusy()) {
        // The device computes a step that takes longer than anyone waits. All is saved; nothing is left but to go.
        settings.sync();
        std::_Exit(status);
    }
    return status;
}
