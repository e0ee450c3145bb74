// SPDX-License-Identifier: GPL-3.0-or-later
// Two thousand random things that a user might do while a network trains, and how long the window let them wait.
#include "gui/event_loop_monitor.h"
#include "gui/window_fixture.h"

#include <QAbstractButton>
#include <QApplication>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTimer>
#include <QWheelEvent>

#include <random>

using namespace kernelscope;
using kernelscope::testing::Application;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// Milliseconds of the event loop's own work at once that count as a window that hangs, however loaded the machine is.
/// How fluid it really is the test prints: machines are too different for a limit.
constexpr double hanging = 5000;

/// A person with no plan, but with a seed.
class Monkey {
public:
    explicit Monkey(Application& app) : m_app(app) {
        // Dialogs and menus that block their caller are closed as soon as they show.
        QObject::connect(&m_closer, &QTimer::timeout, [] {
            if (QWidget* popup = QApplication::activePopupWidget())
                popup->close();
            else if (QWidget* modal = QApplication::activeModalWidget())
                modal->close();
        });
        m_closer.start(5);
    }

    void act() {
        m_what = "show a workspace";
        switch (pick(8)) {
        case 0:
        case 1:
            clickSomeButton();
            break;
        case 2:
        case 3:
            clickSomewhere();
            break;
        case 4:
            pressSomeKey();
            break;
        case 5:
            hoverSomewhere();
            break;
        case 6:
            turnTheWheel();
            break;
        default:
            m_app.window.showWorkspace(m_app.window.workspaces().value(pick(3)));
            break;
        }
    }

    /// The last thing that was done.
    const QString& what() const { return m_what; }

private:
    QString note(const char* action, const QWidget* widget) {
        return QStringLiteral("%1 %2 %3")
            .arg(QLatin1String(action), QLatin1String(widget->metaObject()->className()), widget->objectName());
    }

    int pick(int count) { return static_cast<int>(m_random() % static_cast<unsigned>(count)); }

    /// Opening a file dialog is Qt's doing and takes as long as it takes; views test what comes of it.
    static bool opensAFileDialog(const QWidget* widget) {
        const QString name = widget->objectName();
        return name.contains("export", Qt::CaseInsensitive) || name.contains("save", Qt::CaseInsensitive) ||
               name.contains("open", Qt::CaseInsensitive) || name.contains("folder", Qt::CaseInsensitive);
    }

    QWidget* someWidget() {
        QList<QWidget*> all;
        for (QWidget* widget : m_app.window.findChildren<QWidget*>())
            if (widget->isVisible() && !opensAFileDialog(widget) && !qobject_cast<QMenuBar*>(widget) &&
                !qobject_cast<QMenu*>(widget))
                all << widget;
        return all.isEmpty() ? nullptr : all[pick(static_cast<int>(all.size()))];
    }

    QPoint somePoint(const QWidget* widget) {
        return {pick(std::max(widget->width(), 1)), pick(std::max(widget->height(), 1))};
    }

    void clickSomeButton() {
        QList<QAbstractButton*> all;
        for (QAbstractButton* button : m_app.window.findChildren<QAbstractButton*>())
            if (button->isVisible() && button->isEnabled() && !opensAFileDialog(button))
                all << button;
        if (all.isEmpty())
            return;
        QAbstractButton* button = all[pick(static_cast<int>(all.size()))];
        m_what = note("press", button) + button->text();
        QTest::mouseClick(button, Qt::LeftButton);
    }

    void clickSomewhere() {
        QWidget* widget = someWidget();
        if (!widget)
            return;
        m_what = note("click", widget);
        QTest::mouseClick(widget, Qt::LeftButton, Qt::NoModifier, somePoint(widget));
    }

    void pressSomeKey() {
        static constexpr Qt::Key keys[] = {Qt::Key_Space, Qt::Key_S, Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Up,
            Qt::Key_Down, Qt::Key_Left, Qt::Key_Right, Qt::Key_Escape, Qt::Key_F10, Qt::Key_F1, Qt::Key_Home,
            Qt::Key_End};
        QWidget* target = QApplication::focusWidget();
        if (!target)
            target = &m_app.window;
        const Qt::Key key = keys[pick(static_cast<int>(std::size(keys)))];
        m_what = note("key", target) + QKeySequence(key).toString();
        QTest::keyClick(target, key);
    }

    void hoverSomewhere() {
        QWidget* widget = someWidget();
        if (!widget)
            return;
        m_what = note("hover over", widget);
        QTest::mouseMove(widget, somePoint(widget));
    }

    void turnTheWheel() {
        QWidget* widget = someWidget();
        if (!widget)
            return;
        m_what = note("wheel over", widget);
        const QPoint point = somePoint(widget);
        QWheelEvent wheel(point, widget->mapToGlobal(point), QPoint(), QPoint(0, pick(2) ? 120 : -120), Qt::NoButton,
            Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(widget, &wheel);
    }

    Application& m_app;
    QTimer m_closer;
    std::mt19937 m_random{20};
    QString m_what;
};

void report(const char* what, const EventLoopMonitor& monitor) {
    using Clock = EventLoopMonitor::Clock;
    qInfo("%s: event loop gaps, 99th percentile of time %.1f ms (own %.1f), longest %.1f ms (own %.1f), %zu gaps", what,
        monitor.percentile(0.99, Clock::Wall), monitor.percentile(0.99, Clock::Own), monitor.longest(Clock::Wall),
        monitor.longest(Clock::Own), monitor.count());
}

} // namespace

class StressTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void opensAtOnce();
    void showsTheFirstLossSoon();
    void staysFluidWhileOneThreadTrains();
    void survivesTwoThousandActions();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void StressTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", m_folder->filePath("data").toUtf8());
}

void StressTest::opensAtOnce() {
    QElapsedTimer timer;
    timer.start();
    Application app(m_folder->filePath("settings.json"));
    app.show();
    const qint64 shown = timer.elapsed();
    QTRY_VERIFY_WITH_TIMEOUT(app.session.probeResult(), 20'000);
    qInfo("window shown after %lld ms, a digit through the network after %lld ms", shown, timer.elapsed());
}

void StressTest::showsTheFirstLossSoon() {
    Application app(m_folder->filePath("settings.json"));
    app.show();
    QElapsedTimer timer;
    timer.start();
    QTest::mouseClick(app.find<QPushButton>("trainButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 0, 20'000);
    qInfo("first loss %lld ms after the click", timer.elapsed());
}

void StressTest::staysFluidWhileOneThreadTrains() {
    Application app(m_folder->filePath("settings.json"));
    app.show();
    app.session.setDeviceId("cpu:1");
    app.session.train();
    QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 50, 20'000);
    for (const QString& workspace : app.window.workspaces()) {
        app.window.showWorkspace(workspace);
        QTest::qWait(50); // made and laid out
        EventLoopMonitor monitor;
        const std::size_t begin = app.stepsMade();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > begin + (sanitized ? 5 : 400), 60'000);
        report(qPrintable("training on one thread, " + workspace), monitor);
        QVERIFY(monitor.longest(EventLoopMonitor::Clock::Own) < hanging);
    }
}

void StressTest::survivesTwoThousandActions() {
    Application app(m_folder->filePath("settings.json"));
    app.show();
    for (const QString& workspace : app.window.workspaces())
        app.window.showWorkspace(workspace);
    QTest::qWait(100);
    Monkey monkey(app);
    EventLoopMonitor monitor;
    int trained = 0;
    double slowest = 0;
    for (int i = 0; i < 2000; ++i) {
        if (i % 20 == 0) {
            // Whatever was done to it: it trains.
            if (!app.session.run().isBusy())
                app.session.train();
            else
                app.session.run().resume();
        }
        monkey.act();
        QApplication::processEvents();
        const double longest = monitor.longest(EventLoopMonitor::Clock::Own);
        if (longest > 50 && longest > slowest)
            qInfo("%.0f ms by then: %s", longest, qPrintable(monkey.what()));
        slowest = std::max(slowest, longest);
        trained += app.session.run().isBusy() ? 1 : 0;
        QVERIFY(app.window.isVisible());
    }
    report("2,000 actions", monitor);
    QVERIFY2(trained > 1000, qPrintable(QString::number(trained)));
    QVERIFY(monitor.longest(EventLoopMonitor::Clock::Own) < hanging);
}

QTEST_MAIN(StressTest)
#include "stress_test.moc"
