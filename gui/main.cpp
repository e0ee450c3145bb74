// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"
#include "app/quit_signals.h"
#include "app/screenshot_tour.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/start_trace.h"
#include "app/theme.h"
#include "app/translation.h"
#include "base/standard_streams.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QLocale>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

using namespace kernelscope;

namespace {

/// Whether all that is asked for is text, which needs no display.
bool wantsTextOnly(int argc, char** argv) {
    return std::any_of(argv + 1, argv + argc, [](const char* word) {
        const std::string_view text(word);
        return text == "--help" || text == "-h" || text == "--help-all" || text == "--version" || text == "-v";
    });
}

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    if (wantsTextOnly(argc, argv))
        return std::make_unique<QCoreApplication>(argc, argv);
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace

int main(int argc, char** argv) {
    kernelscope::ensureStandardStreams();
    const std::unique_ptr<QCoreApplication> application = makeApplication(argc, argv);
    QApplication::setApplicationName(QStringLiteral("kernelscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("Kernelscope"));
    QApplication::setApplicationVersion(QString::fromStdString(buildInfo().version));
    QGuiApplication::setDesktopFileName(QStringLiteral("kernelscope"));
    Translation translation;
    translation.install(QLocale());

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Watch a convolutional network learn."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("path",
        QCoreApplication::translate(
            "main", "A network, weights, a run's record or checkpoint, or data: a file or a folder."),
        "[path...]");
    QCommandLineOption screenshots("screenshots", QString(), "folder"); // for ./dev look
    screenshots.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(screenshots);
    parser.process(*application);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/kernelscope.svg")));
    if (parser.isSet(screenshots))
        return takeScreenshots(parser.value(screenshots), parser.positionalArguments());

    Settings settings;
    Theme theme;
    theme.setMode(settings.themeMode());
    Session session;
    settings.restore(session);
    MainWindow window(session, settings, theme);
    StartTrace::watch(window, session);
    for (const QString& path : parser.positionalArguments())
        window.open(path);
    window.takeUpEarlierWork();
    window.show();
    onQuitSignal(&window, [&window] { window.close(); });
    const int status = QApplication::exec();
    if (session.run().isBusy()) {
        // The device computes a step that takes longer than anyone waits. All is saved; nothing is left but to go.
        settings.write();
        std::_Exit(status);
    }
    return status;
}
