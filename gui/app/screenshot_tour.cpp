// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/screenshot_tour.h"

#include "app/main_window.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/theme.h"
#include "draw/draw_pad.h"
#include "train/train_workspace.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QElapsedTimer>
#include <QImage>
#include <QMenu>
#include <QMenuBar>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QProcess>
#include <QTemporaryDir>

#include <qcustomplot.h>

#include <chrono>
#include <cstdio>
#include <functional>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;
using State = RunSource::State;

/// A laptop's screen and the least that everything must fit.
constexpr QSize large(1440, 900);
constexpr QSize small(1280, 800);

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
          m_settings(m_scratch.filePath("settings.json")),
          m_window(m_session, m_settings, m_theme) {
        m_window.resize(large);
        m_window.show();
    }

    bool take() {
        waitFor([this] { return m_session.probeResult() && !m_session.devices().empty(); }, 30s);
        shootAll("start", large);

        shorten();
        m_session.train();
        pass(5s);
        shootAll("training", large);
        finish();
        draw();
        shootAll("finished", large);
        compare();
        shootAll("small", small);
        shootPicture();
        shootForm();
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

    /// Every workspace, and every page of Train.
    void shootAll(const QString& moment, QSize size) {
        m_window.resize(size);
        for (const QString& workspace : m_window.workspaces()) {
            m_window.showWorkspace(workspace);
            auto* train = m_window.findChild<TrainWorkspace*>();
            if (!train || !train->isVisible()) {
                shoot(QStringLiteral("%1-%2").arg(moment, workspace));
                continue;
            }
            for (const QString& page : train->pages()) {
                train->showPage(page);
                shoot(QStringLiteral("%1-%2-%3").arg(moment, workspace, page));
            }
            train->showPage(train->pages().front());
        }
        m_window.showWorkspace(m_window.workspaces().front());
    }

    /// All that can be set up, with the course of a run that has one.
    void shootForm() {
        TrainingSpec spec = m_session.spec();
        spec.optimizer.kind = OptimizerKind::AdamW;
        spec.optimizer.weightDecay = 0.01f;
        spec.schedule = {ScheduleKind::OneCycle, 1, 0.5f, 0.25f};
        spec.augmentation = {2, false};
        spec.stopping = {0.99f, 3};
        m_session.setSpec(spec);
        m_window.resize(1280, 800);
        for (const char* fold : {"setupDisclosure", "courseDisclosure"})
            m_window.findChild<QAbstractButton*>(QLatin1String(fold))->setChecked(true);
        shoot("form");
        for (const char* fold : {"setupDisclosure", "courseDisclosure"})
            m_window.findChild<QAbstractButton*>(QLatin1String(fold))->setChecked(false);
    }

    /// A seven, drawn as people do.
    void draw() {
        auto* train = m_window.findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace"));
        train->showPage(QStringLiteral("draw"));
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
        train->showPage(QStringLiteral("run"));
    }

    /// The same page with a picture on its pad.
    void shootPicture() {
        auto* train = m_window.findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace"));
        train->openPicture(penOnPaper());
        pass(1s);
        shoot("small-train-draw-picture");
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

    /// What lies over or beside the views: the open form, menus, messages, the sheet of shortcuts, dialogs.
    void shootSurroundings() {
        if (auto* disclosure = m_window.findChild<QAbstractButton*>("setupDisclosure")) {
            disclosure->setChecked(true);
            shoot("setup");
            disclosure->setChecked(false);
        }
        for (QMenu* menu : m_window.menuBar()->findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly)) {
            menu->popup(m_window.mapToGlobal(QPoint(0, m_window.menuBar()->height())));
            shoot(QStringLiteral("menu-%1").arg(menu->title().remove(QLatin1Char('&')).toLower()), menu);
            menu->close();
        }
        m_window.findChild<QAction*>("aboutAction")->trigger();
        for (QWidget* dialog : QApplication::topLevelWidgets())
            if (dialog->isVisible() && dialog->isWindow() && qobject_cast<QDialog*>(dialog)) {
                shoot("about", dialog);
                dialog->close();
            }
        m_window.findChild<QAction*>("getDataAction")->trigger();
        if (auto* dialog = m_window.findChild<QDialog*>("getDataDialog")) {
            shoot("get-data", dialog);
            dialog->close();
        }
        m_window.findChild<QAction*>("checkDeviceAction")->trigger();
        if (auto* dialog = m_window.findChild<QDialog*>("checkDialog")) {
            shoot("check", dialog);
            dialog->close();
        }
        m_window.open(QStringLiteral("/home/you/pictures/digits.xyz")); // a failure as it looks
        shoot("banner");
        m_window.findChild<QAction*>("shortcutsAction")->trigger();
        shoot("shortcuts");
    }

    void shoot(const QString& name, QWidget* widget = nullptr) {
        for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
            m_theme.setMode(mode);
            pass(150ms); // views repaint on timers of their own
            for (QCustomPlot* plot : m_window.findChildren<QCustomPlot*>())
                plot->replot(QCustomPlot::rpImmediateRefresh); // however busy the machine is
            const QString path = QStringLiteral("%1/%2-%3-%4.png")
                                     .arg(m_folder, name, mode == Theme::Mode::Dark ? "dark" : "light", m_scale);
            if (!(widget ? widget : &m_window)->grab().save(path)) {
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

int takeScreenshots(const QString& folder, const QStringList& scales) {
    if (!QDir().mkpath(folder)) {
        std::fprintf(stderr, "Cannot make the folder %s\n", qUtf8Printable(folder));
        return 1;
    }
    if (const QString scale = qEnvironmentVariable(scaleVariable); !scale.isEmpty())
        return Tour(folder, scale).take() ? 0 : 1;
    int status = 0;
    for (const QString& scale : scales.isEmpty() ? QStringList{"100", "200", "300"} : scales) {
        if (scale.toInt() < 50 || scale.toInt() > 400) {
            std::fprintf(stderr, "Expected a scale in percent, 50 to 400, and found %s\n", qUtf8Printable(scale));
            return 2;
        }
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
