// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The whole window with a settings file of its own.
#pragma once

#include "app/main_window.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/theme.h"

#include <QTemporaryDir>
#include <QtTest>

#include <chrono>

namespace kernelscope::testing {

/// Like main(): what the window stands on, and the window.
struct Application {
    explicit Application(const QString& settingsPath)
        : settings((keepDataApart(), settingsPath)),
          window((restore(), session), settings, theme) {
        window.takeUpEarlierWork();
    }
    ~Application() { session.finishRun(std::chrono::seconds(60)); }

    /// Runs are kept in a folder of this process's own, unless the test has one.
    static void keepDataApart() {
        static const QTemporaryDir folder;
        if (qEnvironmentVariableIsEmpty("XDG_DATA_HOME"))
            qputenv("XDG_DATA_HOME", folder.path().toUtf8());
    }

    void restore() { settings.restore(session); }

    void show() {
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    template <class Widget>
    Widget* find(const char* name) {
        Widget* widget = window.findChild<Widget*>(name);
        if (!widget)
            qWarning("no widget %s", name);
        return widget;
    }

    /// A network and few enough images that runs take tenths of a second.
    void makeShort(int epochs = 1) {
        session.setNetwork(preset("tiny"));
        TrainingSpec spec = session.spec();
        spec.trainSamples = 640;
        spec.epochs = epochs;
        session.setSpec(spec);
    }

    std::size_t stepsMade() { return session.currentRecord() ? session.currentRecord()->steps.size() : 0; }

    Settings settings;
    Theme theme;
    Session session;
    MainWindow window;
};

} // namespace kernelscope::testing
