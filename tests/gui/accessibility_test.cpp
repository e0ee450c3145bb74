// SPDX-License-Identifier: GPL-3.0-or-later
// Every view of the window, whatever there is: by keyboard, by ear, and at large type. Views, pages, menus and dialogs
// are found, not listed, so that whoever adds one has it looked over here.
#include "gui/widget_checks.h"
#include "gui/window_fixture.h"
#include "train/plot_style.h"
#include "train/train_workspace.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>

#include <array>
#include <functional>
#include <memory>
#include <utility>

using namespace kernelscope;
using namespace kernelscope::testing;

namespace {

/// Set in the processes that this test starts of itself at another scale.
const char* const scaledVariable = "KERNELSCOPE_TEST_SCALED";
/// The size of the letters in such a process, in percent of the usual.
const char* const typeVariable = "KERNELSCOPE_TEST_TYPE";

constexpr QSize leastSize(1280, 800);

/// Lets layouts come to rest.
void settle() {
    for (int i = 0; i < 5; ++i) {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
}

} // namespace

class AccessibilityTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_app;

    /// Calls a function with each view on show: every workspace, every page of Train, the open form.
    void forEachView(const std::function<void(const QString& name)>& look) {
        MainWindow& window = m_app->window;
        for (const QString& workspace : window.workspaces()) {
            window.showWorkspace(workspace);
            settle();
            auto* train = window.findChild<TrainWorkspace*>();
            if (!train || !train->isVisible()) {
                look(workspace);
                continue;
            }
            for (const QString& page : train->pages()) {
                train->showPage(page);
                settle();
                look(workspace + QLatin1Char('/') + page);
                if (auto* setup = train->findChild<QAbstractButton*>("setupDisclosure"); setup && setup->isVisible()) {
                    setup->setChecked(true);
                    settle();
                    look(workspace + QLatin1Char('/') + page + QStringLiteral(", set-up open"));
                    setup->setChecked(false);
                }
            }
            train->showPage(train->pages().front());
        }
        window.showWorkspace(window.workspaces().front());
        settle();
    }

    /// Fails with everything that a check finds in any view.
    void inEachView(const std::function<QStringList(QWidget& window)>& check) {
        QStringList mistakes;
        forEachView([&](const QString& name) {
            for (const QString& mistake : check(m_app->window))
                mistakes << name + QStringLiteral(": ") + mistake;
        });
        QVERIFY2(mistakes.isEmpty(), qPrintable(QStringLiteral("\n") + mistakes.join(QLatin1Char('\n'))));
    }

    static QStringList looks(QWidget& window) { return clippedTexts(window) + misplacedWidgets(window); }

    /// Looks for what is cut off in a process with another environment.
    static void again(const std::pair<QString, QString>& variable) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(variable.first, variable.second);
        environment.insert(QString::fromLatin1(scaledVariable), QStringLiteral("1"));
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("nothingIsCutOff")});
        QVERIFY(process.waitForFinished(180'000));
        QVERIFY2(
            process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, process.readAll().constData());
    }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        if (const int type = qEnvironmentVariableIntValue(typeVariable); type > 0) {
            QFont font = QApplication::font();
            font.setPointSizeF(font.pointSizeF() * type / 100);
            QApplication::setFont(font);
        }
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_folder->path().toUtf8());
        m_app = std::make_unique<Application>(m_folder->filePath("settings.json"));
        m_app->window.resize(leastSize);
        m_app->show();
        QTRY_VERIFY_WITH_TIMEOUT(m_app->session.data() && !m_app->session.devices().empty(), 60'000);
        // Two runs, so that every view has something to show.
        m_app->makeShort(2);
        for (int run = 0; run < 2; ++run) {
            QSignalSpy finished(&m_app->session.run(), &RunSource::finished);
            m_app->session.train();
            QVERIFY(finished.wait(60'000));
        }
        QTRY_VERIFY_WITH_TIMEOUT(m_app->session.probeResult(), 60'000);
    }

    void cleanupTestCase() { m_app.reset(); }

    void everyControlHasAName() {
        inEachView([](QWidget& window) { return unnamedWidgets(window); });
    }

    void noLetterIsWantedTwice() {
        inEachView([](QWidget& window) { return duplicateMnemonics(window); });
    }

    void noKeyIsWantedTwice() {
        inEachView([](QWidget& window) { return duplicateShortcuts(window); });
    }

    void everyActionCanBeReached() {
        inEachView([](QWidget& window) { return unreachableActions(window); });
    }

    void tabReachesEverything() {
        inEachView([](QWidget& window) { return tabOrderMistakes(window).filter(QStringLiteral("does not reach")); });
    }

    /// From the bar over the rail to the strip, and through each page from the top, column by column.
    void tabGoesThroughTheWindowAsItIsRead() {
        inEachView([](QWidget& window) { return tabOrderMistakes(window).filter(QStringLiteral("goes back")); });
    }

    /// Whatever was laid out in one theme's colours is laid out again in the other's.
    void nothingKeepsTheColoursOfAnotherTheme() {
        m_app->theme.setMode(Theme::Mode::Light);
        forEachView([](const QString&) {});
        m_app->theme.setMode(Theme::Mode::Dark);
        const QPalette light = Theme::lightPalette();
        const std::array stale{light.color(QPalette::Link), rightColor(light), wrongColor(light)};
        int texts = 0;
        inEachView([&](QWidget& window) {
            QStringList mistakes;
            for (QLabel* label : window.findChildren<QLabel*>()) {
                if (!label->isVisible() || label->textFormat() == Qt::PlainText || label->text().isEmpty())
                    continue;
                ++texts;
                const QImage seen = label->grab().toImage();
                for (int y = 0; y < seen.height(); ++y)
                    for (int x = 0; x < seen.width(); ++x)
                        for (const QColor& color : stale)
                            if (seen.pixelColor(x, y) == color) {
                                mistakes << label->objectName() + QStringLiteral(" keeps ") + color.name();
                                x = seen.width(); // one is enough
                                y = seen.height() - 1;
                                break;
                            }
            }
            mistakes.removeDuplicates();
            return mistakes;
        });
        QVERIFY(texts > 10);
        m_app->theme.setMode(Theme::Mode::System);
    }

    void nothingIsCutOff() {
        QCOMPARE(m_app->window.size(), leastSize);
        inEachView(looks);
    }

    /// Where a logical pixel is several real ones, roundings differ: once more, in processes of their own.
    void nothingIsCutOffAtOtherScales_data() {
        QTest::addColumn<QString>("scale");
        for (const char* scale : {"1.25", "2", "3"})
            QTest::newRow(scale) << QString(scale);
    }
    void nothingIsCutOffAtOtherScales() {
        if (qEnvironmentVariableIsSet(scaledVariable))
            QSKIP("this is such a process");
        QFETCH(QString, scale);
        again({QStringLiteral("QT_SCALE_FACTOR"), scale});
    }

    /// A small screen, or a large one at 300 %, or large type: the window goes into it, and says what it must in less
    /// room.
    void theWindowGoesIntoASmallScreen() {
        const QSize small(853, 533);
        MainWindow& window = m_app->window;
        forEachView([&](const QString& name) {
            const QSize least = window.minimumSizeHint();
            QVERIFY2(least.width() <= small.width() && least.height() <= small.height(),
                qPrintable(QStringLiteral("%1 wants %2 x %3").arg(name).arg(least.width()).arg(least.height())));
        });
        window.resize(small);
        settle();
        QCOMPARE(window.size(), small);
        inEachView(looks);
        auto* stop = m_app->find<QPushButton>("stopButton");
        QVERIFY(stop->text().isEmpty());
        QVERIFY(!stop->icon().isNull());
        QCOMPARE(stop->accessibleName(), QStringLiteral("Stop"));
        window.resize(leastSize);
        settle();
        QCOMPARE(stop->text(), QStringLiteral("Stop"));
    }

    void nothingIsCutOffAtLargeType() {
        if (qEnvironmentVariableIsSet(scaledVariable))
            QSKIP("this is such a process");
        again({QString::fromLatin1(typeVariable), QStringLiteral("150")});
    }

    /// A button that its own press disables hands the focus to the one that goes on with the run, not to some box.
    void theRunBarKeepsTheFocus() {
        MainWindow& window = m_app->window;
        window.showWorkspace(window.workspaces().front());
        auto* train = m_app->find<QPushButton>("trainButton");
        auto* stop = m_app->find<QPushButton>("stopButton");
        auto* pace = m_app->find<QComboBox>("paceBox");
        pace->setFocus();
        QTest::keyClick(pace, Qt::Key_Down);
        QCOMPARE(m_app->session.pace(), Session::Pace::FullSpeed);
        QTest::keyClick(pace, Qt::Key_Up);
        QCOMPARE(m_app->session.pace(), Session::Pace::Watch);
        m_app->makeShort(1000);
        train->setFocus();
        QTest::keyClick(train, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(m_app->session.run().state() == RunSource::State::Running, 60'000);
        QVERIFY(train->hasFocus());
        stop->setFocus();
        QTest::keyClick(stop, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(!m_app->session.run().isBusy(), 60'000);
        QVERIFY2(train->hasFocus(), qPrintable(window.focusWidget() ? window.focusWidget()->objectName() : QString()));
        m_app->makeShort(2);
    }

    /// Every entry of a menu that announces a dialog by its dots, and what the window shows over itself.
    void dialogsAreAsGood() {
        QStringList mistakes;
        const auto look = [&](const QString& name, QWidget* dialog) {
            settle();
            for (const QString& mistake : unnamedWidgets(*dialog) + duplicateMnemonics(*dialog) +
                                              clippedTexts(*dialog) + misplacedWidgets(*dialog))
                mistakes << name + QStringLiteral(": ") + mistake;
        };
        QList<QAction*> actions;
        for (QMenu* menu : m_app->window.findChildren<QMenu*>())
            for (QAction* action : menu->actions())
                if (action->isEnabled() &&
                    (action->text().endsWith(QChar(0x2026)) || action->objectName() == QLatin1String("aboutAction")))
                    actions << action;
        QVERIFY(actions.size() > 3);
        for (QAction* action : actions) {
            // A modal dialog runs a loop of its own: this looks at it from within.
            int tries = 0;
            QTimer inside;
            inside.setInterval(1);
            connect(&inside, &QTimer::timeout, this, [&] {
                for (QWidget* shown : QApplication::topLevelWidgets()) {
                    auto* dialog = qobject_cast<QDialog*>(shown);
                    if (!dialog || !dialog->isVisible())
                        continue;
                    if (!qobject_cast<QFileDialog*>(dialog)) // Qt's own
                        look(action->text(), dialog);
                    dialog->reject();
                    dialog->close();
                    inside.stop();
                    return;
                }
                if (++tries > 2000)
                    inside.stop();
            });
            inside.start();
            action->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(!inside.isActive(), 20'000);
        }
        QVERIFY2(mistakes.isEmpty(), qPrintable(QStringLiteral("\n") + mistakes.join(QLatin1Char('\n'))));
    }

    void messagesAndTheSheetOfShortcutsAreAsGood() {
        QStringList mistakes;
        m_app->window.open(QStringLiteral("/a/folder/of/a/long/name/that/does/not/exist/picture.xyz"));
        settle();
        mistakes << unnamedWidgets(m_app->window) << looks(m_app->window);
        QTest::keyClick(&m_app->window, Qt::Key_Escape);
        m_app->window.findChild<QAction*>("shortcutsAction")->trigger();
        settle();
        mistakes << unnamedWidgets(m_app->window) << clippedTexts(m_app->window);
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &m_app->window, Qt::Key_Escape);
        QVERIFY2(mistakes.isEmpty(), qPrintable(QStringLiteral("\n") + mistakes.join(QLatin1Char('\n'))));
    }

    /// The checks themselves, on a window that makes every mistake.
    void theChecksFindMistakes() {
        QWidget window;
        window.resize(300, 200);
        auto* nameless = new QPushButton(&window);
        nameless->setGeometry(0, 0, 20, 20);
        auto* narrow = new QPushButton(QStringLiteral("&Far too long for this"), &window);
        narrow->setGeometry(30, 0, 20, 20);
        auto* outside = new QPushButton(QStringLiteral("&F"), &window);
        outside->setGeometry(290, 190, 60, 30);
        new QAction(QStringLiteral("lost"), &window);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QCOMPARE(unnamedWidgets(window).size(), 1);
        QCOMPARE(duplicateMnemonics(window).size(), 1);
        QCOMPARE(unreachableActions(window).size(), 1);
        QVERIFY(clippedTexts(window).join(QString()).contains(QStringLiteral("Far too long")));
        QCOMPARE(misplacedWidgets(window).size(), 1);
        QWidget::setTabOrder(outside, narrow);
        QVERIFY(!tabOrderMistakes(window).isEmpty());
    }
};

QTEST_MAIN(AccessibilityTest)
#include "accessibility_test.moc"
