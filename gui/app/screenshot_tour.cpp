// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/screenshot_tour.h"

#include "app/main_window.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/theme.h"
#include "draw/draw_pad.h"
#include "train/train_workspace.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QImage>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QProcess>
#include <QTemporaryDir>

#include <chrono>
#include <cstdio>
#include <functional>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;
using State = RunSource::State;

/// Set for the processes that really render, to the scale in percent.
const char* const scaleVariable = "KERNELSCOPE_SCREENSHOT_SCALE";

/// Lets the application run until something holds, or for so long.
bool waitFor(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    QElapsedTimer timer;
    timer.start();
    while (!condition()) {
        if (timer.hasExpired(patience.count()))
            return false;
        QApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    return true;
}

void pass(std::chrono::milliseconds time) {
    waitFor([] { return false; }, time);
}

/// One session, seen from its start to its end.
class Tour {
public:
    Tour(const QString& folder, const QString& scale)
        : m_folder(folder),
          m_scale(scale),
          m_settings(m_scratch.filePath("settings.ini")),
          m_window(m_session, m_settings, m_theme) {
        m_window.resize(1440, 900);
        m_window.show();
    }

    bool take() {
        waitFor([this] { return m_session.probeResult() && !m_session.devices().empty(); }, 30s);
        shootWorkspaces("start");

        shorten();
        m_session.train();
        pass(5s);
        shootWorkspaces("training");
        finish();
        shootWorkspaces("finished");
        shootDrawing();
        compare();
        shootWorkspaces("small", QSize(1280, 800));
        shootSurroundings();
        return m_complete;
    }

private:
    /// Few enough images for one look, enough for curves that show what they are about.
    void shorten() {
        TrainingSpec spec = m_session.spec();
        spec.trainSamples = 12'000;
        spec.epochs = 4;
        m_session.setSpec(spec);
    }

    void finish() {
        if (!waitFor([this] { return !m_session.run().isBusy(); }, 180s)) {
            m_session.run().stop();
            waitFor([this] { return !m_session.run().isBusy(); }, 60s);
        }
        pass(300ms);
    }

    /// The same on one thread, so that there is something to compare.
    void compare() {
        m_session.setDeviceId("cpu:1");
        m_session.trainSameWeights();
        finish();
    }

    void shootWorkspaces(const QString& moment, QSize size = QSize(1440, 900)) {
        m_window.resize(size);
        for (const QString& workspace : m_window.workspaces()) {
            m_window.showWorkspace(workspace);
            shoot(QStringLiteral("%1-%2").arg(moment, workspace));
        }
        m_window.showWorkspace(m_window.workspaces().front());
    }

    /// A seven, drawn as people do.
    void shootDrawing() {
        auto* train = m_window.findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace"));
        train->showPage(QStringLiteral("draw"));
        shoot("draw-empty");
        auto* pad = m_window.findChild<DrawPad*>(QStringLiteral("drawPad"));
        const auto send = [pad](QEvent::Type type, double x, double y) {
            const QRectF rect = pad->padRect();
            const QPointF place(rect.left() + x * rect.width(), rect.top() + y * rect.height());
            const bool isMove = type == QEvent::MouseMove;
            QMouseEvent event(type, place, pad->mapToGlobal(place), isMove ? Qt::NoButton : Qt::LeftButton,
                type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(pad, &event);
        };
        send(QEvent::MouseButtonPress, 0.3, 0.24);
        for (int i = 1; i <= 10; ++i)
            send(QEvent::MouseMove, 0.3 + 0.038 * i, 0.24 - 0.004 * i);
        for (int i = 1; i <= 12; ++i)
            send(QEvent::MouseMove, 0.68 - 0.018 * i - 0.0005 * i * i, 0.2 + 0.052 * i);
        send(QEvent::MouseButtonRelease, 0.39, 0.82);
        pass(1s);
        shoot("draw");
        m_window.resize(1280, 800);
        pass(200ms);
        shoot("small-draw");
        train->openPicture(penOnPaper());
        pass(1s);
        shoot("small-draw-picture");
        m_window.resize(1440, 900);
        train->showPage(QStringLiteral("run"));
    }

    /// A three as if it had been photographed.
    QString penOnPaper() const {
        QImage page(480, 360, QImage::Format_RGB32);
        page.fill(QColor(228, 222, 205));
        QPainter painter(&page);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(QColor(35, 45, 90), 15, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        QPainterPath three(QPointF(190, 95));
        three.cubicTo(240, 45, 330, 85, 225, 170);
        three.cubicTo(350, 175, 300, 310, 185, 270);
        painter.drawPath(three);
        painter.end();
        const QString path = m_scratch.filePath(QStringLiteral("three.png"));
        page.save(path);
        return path;
    }

    void shootSurroundings() {
        m_window.open(QStringLiteral("/home/you/letters/letter.txt")); // a failure as it looks
        shoot("banner");
        m_window.findChild<QAction*>("shortcutsAction")->trigger();
        shoot("shortcuts");
    }

    void shoot(const QString& name) {
        for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
            m_theme.setMode(mode);
            pass(150ms); // views repaint on timers of their own
            const QString path = QStringLiteral("%1/%2-%3-%4.png")
                                     .arg(m_folder, name, mode == Theme::Mode::Dark ? "dark" : "light", m_scale);
            if (!m_window.grab().save(path)) {
                std::fprintf(stderr, "Cannot write %s\n", qUtf8Printable(path));
                m_complete = false;
            }
        }
    }

    QString m_folder;
    QString m_scale;
    QTemporaryDir m_scratch;
    Settings m_settings;
    Theme m_theme;
    Session m_session;
    MainWindow m_window;
    bool m_complete = true;
};

} // namespace

int takeScreenshots(const QString& folder) {
    if (!QDir().mkpath(folder)) {
        std::fprintf(stderr, "Cannot make the folder %s\n", qUtf8Printable(folder));
        return 1;
    }
    if (const QString scale = qEnvironmentVariable(scaleVariable); !scale.isEmpty())
        return Tour(folder, scale).take() ? 0 : 1;
    int status = 0;
    for (const QString& scale : {QStringLiteral("100"), QStringLiteral("200")}) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QString::fromLatin1(scaleVariable), scale);
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QString::number(scale.toInt() / 100.0));
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.start(QApplication::applicationFilePath(), {QStringLiteral("--screenshots"), folder});
        process.waitForFinished(-1);
        if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
            status = 1;
    }
    return status;
}

} // namespace kernelscope
