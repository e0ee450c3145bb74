// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/banner.h"
#include "app/device_box.h"
#include "app/run_archive.h"
#include "app/shortcut_overlay.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "gui/made_up_data.h"
#include "gui/window_fixture.h"
#include "network/network_json.h"
#include "train/setup_line.h"

#include <nlohmann/json.hpp>

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableWidget>

using namespace kernelscope;
using kernelscope::testing::Application;

class MainWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void trainsByMouse();
    void trainsByKeyboard();
    void spaceServesTheFocusedControlFirst();
    void aBareLetterBeginsNoRun();
    void aTypedSeedHoldsForTheNextRun();
    void aWrongFieldHoldsTheRunBack();
    void opensInsideTheScreen();
    void everyActionHasItsOwnKey();
    void listsDevicesWithReasons();
    void showsFailuresWithoutStoppingAnybody();
    void aFailureIsNoLongerSaidWhenTheSameSucceeds();
    void measuringAsksFirstWhetherTheDataFits();
    void takesDroppedFiles();
    void takesDroppedData();
    void severalFilesAreTheirFolder();
    void anUnreadFailureComesBack();
    void theFocusShowsInLists();
    void keepsTheRunWhenItIsClosed();
    void keepsFinishedRunsToo();
    void tellsWhenRunsCannotBeKept();
    void closingMidSweepLeavesTheSetupAlone();
    void closesAtAnyMoment();
    void restoresTheSession();
    void restoresEveryHyperparameterByItself();
    void namesEveryControl();
    void tabReachesEveryControl();
    void coloursHaveContrast_data();
    void coloursHaveContrast();
    void followsTheTheme();
    void fitsASmallScreen();

private:
    QString settingsPath() const { return m_folder->filePath("settings.json"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

QPushButton* trainButton(Application& app) {
    return app.find<QPushButton>("trainButton");
}

void click(QWidget* widget) {
    QVERIFY(widget && widget->isVisible());
    QTest::mouseClick(widget, Qt::LeftButton);
}

void drop(QWidget& window, const QUrl& url) {
    QMimeData mime;
    mime.setUrls({url});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
}

/// Those that a user can come to by Tab.
QList<QWidget*> tabStops(QWidget& window) {
    QList<QWidget*> stops;
    for (QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible() && widget->isEnabled() && !widget->focusProxy() &&
            (widget->focusPolicy() & Qt::TabFocus))
            stops << widget;
    return stops;
}

QString describe(const QWidget* widget) {
    return QStringLiteral("%1 '%2' in '%3'")
        .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
            widget->parentWidget() ? widget->parentWidget()->objectName() : QString());
}

/// W3C, Web Content Accessibility Guidelines 2.1, relative luminance and contrast ratio.
double luminance(const QColor& colour) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double light = std::max(luminance(a), luminance(b));
    const double dark = std::min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
}

} // namespace

void MainWindowTest::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void MainWindowTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", m_folder->filePath("data").toUtf8());
}

void MainWindowTest::trainsByMouse() {
    Application app(settingsPath());
    app.makeShort(100'000);
    app.show();
    QCOMPARE(trainButton(app)->text(), QString("Train on CPU"));
    click(trainButton(app));
    QCOMPARE(trainButton(app)->text(), QString("Pause"));
    QTRY_VERIFY(app.stepsMade() > 5);
    click(trainButton(app));
    QCOMPARE(trainButton(app)->text(), QString("Resume"));
    QSignalSpy news(&app.session.run(), &RunSource::stepsArrived);
    while (news.wait(250)) {
    }
    const std::size_t before = app.stepsMade();
    click(app.find<QPushButton>("stepButton"));
    QTRY_COMPARE(app.stepsMade(), before + 1);
    click(trainButton(app));
    QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > before + 10, 60'000);
    click(app.find<QPushButton>("stopButton"));
    QTRY_COMPARE(trainButton(app)->text(), QString("Train on CPU"));
    QCOMPARE(app.session.runs().size(), std::size_t{1});

    click(app.find<QPushButton>("sameWeightsButton"));
    QTRY_VERIFY(app.stepsMade() > 0 && app.session.run().isBusy());
    QCOMPARE(app.session.currentRecord()->spec.seed, app.session.runs()[0].result->record.spec.seed);
    QCOMPARE(app.session.currentRecord()->steps[0].loss, app.session.runs()[0].result->record.steps[0].loss);
}

void MainWindowTest::trainsByKeyboard() {
    Application app(settingsPath());
    app.makeShort(100'000);
    app.show();
    QTest::keyClick(&app.window, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(app.session.run().isBusy());
    QTRY_VERIFY(app.stepsMade() > 5);
    QTest::keyClick(&app.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(app.session.run().state(), RunSource::State::Paused);
    QSignalSpy news(&app.session.run(), &RunSource::stepsArrived);
    while (news.wait(250)) {
    }
    const std::size_t before = app.stepsMade();
    QTest::keyClick(&app.window, Qt::Key_F10);
    QTRY_COMPARE(app.stepsMade(), before + 1);
    QTest::keyClick(&app.window, Qt::Key_S);
    QTRY_COMPARE(app.stepsMade(), before + 2);
    QTest::keyClick(&app.window, Qt::Key_Period, Qt::ControlModifier);
    QTRY_VERIFY(!app.session.run().isBusy());

    const QStringList names = app.window.workspaces();
    for (int i = 0; i < names.size(); ++i) {
        QTest::keyClick(&app.window, static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
        QCOMPARE(app.window.currentWorkspace(), names[i]);
    }
    QTest::keyClick(&app.window, Qt::Key_F1);
    auto* overlay = app.find<ShortcutOverlay>("shortcutOverlay");
    QVERIFY(overlay->isVisible());
    QVERIFY(overlay->lines().size() > 8);
    QTest::keyClick(overlay, Qt::Key_Escape);
    QVERIFY(!overlay->isVisible());
}

void MainWindowTest::spaceServesTheFocusedControlFirst() {
    Application app(settingsPath());
    app.makeShort(100'000);
    app.show();
    // On a button, Space presses the button: here it stops.
    QTest::keyClick(&app.window, Qt::Key_Space); // nothing has a use for it: trains
    QVERIFY(app.session.run().isBusy());
    QTRY_VERIFY(app.stepsMade() > 0);
    auto* stop = app.find<QPushButton>("stopButton");
    stop->setFocus();
    QTRY_VERIFY(stop->hasFocus());
    QTest::keyClick(stop, Qt::Key_Space);
    QTRY_VERIFY(!app.session.run().isBusy());
    // On the train button one press starts, once.
    trainButton(app)->setFocus();
    QTest::keyClick(trainButton(app), Qt::Key_Space);
    QCOMPARE(trainButton(app)->text(), QString("Pause"));
}

void MainWindowTest::aBareLetterBeginsNoRun() {
    Application app(settingsPath());
    app.makeShort();
    app.show();
    QTest::keyClick(&app.window, Qt::Key_S);
    QVERIFY(!app.session.run().isBusy());
    QTest::keyClick(&app.window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(app.session.runs().size(), std::size_t{1});
    QTRY_VERIFY(!app.session.run().isBusy());
    const std::size_t steps = app.stepsMade();
    QTest::keyClick(&app.window, Qt::Key_S);
    QVERIFY(!app.session.run().isBusy());
    QCOMPARE(app.stepsMade(), steps); // the shown result stays
}

void MainWindowTest::aTypedSeedHoldsForTheNextRun() {
    Application app(settingsPath());
    app.makeShort();
    app.show();
    app.find<SetupLine>("setupLine")->setOpen(true);
    const auto trainToTheEnd = [&](std::size_t runs) {
        QTest::keyClick(&app.window, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(app.session.runs().size(), runs);
        QTRY_VERIFY(!app.session.run().isBusy());
    };
    const auto seedOf = [&](std::size_t run) { return app.session.runs()[run].result->record.spec.seed; };
    auto* seed = app.find<QLineEdit>("seed");
    const auto typeSeed = [&](const QString& text) {
        seed->setFocus();
        QTest::keyClick(seed, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(seed, text);
    };
    trainToTheEnd(1);
    typeSeed("4711"); // not even committed by Return
    trainToTheEnd(2);
    QCOMPARE(seedOf(1), std::uint64_t{4711});
    typeSeed("4711"); // the same once more
    trainToTheEnd(3);
    QCOMPARE(seedOf(2), std::uint64_t{4711});
    trainToTheEnd(4); // nobody typed: a new one
    QVERIFY(seedOf(3) != 4711);
}

void MainWindowTest::aWrongFieldHoldsTheRunBack() {
    Application app(settingsPath());
    app.makeShort();
    app.session.setKeepsSeed(true); // else every run draws one, whatever was typed
    app.show();
    auto* line = app.find<SetupLine>("setupLine");
    line->setOpen(true);
    auto* seed = app.find<QLineEdit>("seed");
    seed->setFocus();
    QTest::keyClick(seed, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(seed, "abc");
    line->setOpen(false);
    QTest::keyClick(&app.window, Qt::Key_2, Qt::ControlModifier);
    click(trainButton(app));
    QVERIFY(!app.session.run().isBusy());
    QCOMPARE(app.window.currentWorkspace(), QString("train"));
    QTRY_VERIFY(seed->hasFocus());
    QVERIFY(app.find<QLabel>("seedError")->isVisible());
    QTest::keyClicks(seed, "5"); // the wrong text is selected
    click(trainButton(app));
    QTRY_COMPARE(app.session.runs().size(), std::size_t{1});
    QCOMPARE(app.session.runs()[0].result->record.spec.seed, std::uint64_t{5});
}

void MainWindowTest::opensInsideTheScreen() {
    Application app(settingsPath());
    const QSize screen = app.window.screen()->availableSize();
    QVERIFY(app.window.width() <= screen.width() && app.window.height() < screen.height()); // a title bar comes on top
}

void MainWindowTest::everyActionHasItsOwnKey() {
    Application app(settingsPath());
    QMap<QString, QString> owners;
    int count = 0;
    for (const QAction* action : app.window.findChildren<QAction*>()) {
        for (const QKeySequence& key : action->shortcuts()) {
            const QString text = key.toString();
            QVERIFY2(
                !owners.contains(text), qPrintable(text + ": " + owners.value(text) + ", " + action->objectName()));
            owners[text] = action->objectName();
            ++count;
        }
    }
    QVERIFY(count >= 10);
}

void MainWindowTest::listsDevicesWithReasons() {
    Application app(settingsPath());
    app.show();
    auto* box = app.find<DeviceBox>("deviceBox");
    QTRY_VERIFY_WITH_TIMEOUT(box->count() >= 4, 20'000);
    auto* items = qobject_cast<QStandardItemModel*>(box->model());
    for (int i = 0; i < box->count(); ++i) {
        const DeviceEntry& entry = app.session.devices()[static_cast<std::size_t>(i)];
        QCOMPARE(items->item(i)->isEnabled(), entry.usable());
        if (!entry.usable())
            QCOMPARE(box->itemData(i, Qt::ToolTipRole).toString(), QString::fromStdString(entry.reason));
    }
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(app.session.deviceId(), QString::fromStdString(app.session.devices()[1].info.id));
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(app.session.deviceId(), QString("reference"));
    QCOMPARE(trainButton(app)->text(), QString("Train on reference"));
    app.makeShort(100'000);
    app.session.train();
    QVERIFY(!box->isEnabled());
}

void MainWindowTest::showsFailuresWithoutStoppingAnybody() {
    Application app(settingsPath());
    app.makeShort(100'000);
    app.show();
    auto* banner = app.find<Banner>("banner");
    QVERIFY(!banner->isVisible());
    app.window.open(m_folder->filePath("letter.txt"));
    QVERIFY(banner->isVisible());
    QCOMPARE(banner->kind(), Banner::Kind::Failure);
    QVERIFY(banner->text().contains("letter.txt"));
    QVERIFY(!QApplication::activeModalWidget());
    click(app.find<QWidget>("bannerClose"));
    QVERIFY(!banner->isVisible());

    app.window.open(m_folder->path()); // a folder without data
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QVERIFY2(banner->text().contains(m_folder->path()), qPrintable(banner->text()));
    QTest::keyClick(&app.window, Qt::Key_Escape);
    QVERIFY(!banner->isVisible());

    // A run that cannot begin says why; the window goes on.
    app.session.setDeviceId("cuda:99");
    app.session.train();
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QVERIFY(trainButton(app)->isEnabled());
}

void MainWindowTest::aFailureIsNoLongerSaidWhenTheSameSucceeds() {
    Application app(settingsPath());
    app.makeShort();
    app.show();
    auto* banner = app.find<Banner>("banner");
    app.session.setNetwork(preset("deep")); // of colour pictures
    app.session.train();
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QTRY_VERIFY(!app.session.run().isBusy());
    app.session.openData("digits"); // says nothing about the run
    QVERIFY(banner->isVisible());
    app.session.setNetwork(preset("tiny"));
    app.session.train();
    QTRY_VERIFY(!banner->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!app.session.run().isBusy(), 20'000);

    app.session.openData(m_folder->path()); // without data
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    app.session.openData("digits");
    QTRY_VERIFY(!banner->isVisible());
}

void MainWindowTest::measuringAsksFirstWhetherTheDataFits() {
    Application app(settingsPath());
    app.show();
    QTRY_VERIFY_WITH_TIMEOUT(!app.session.devices().empty(), 20'000);
    app.window.showWorkspace("compare");
    app.session.openData("digits-color");
    QTRY_VERIFY_WITH_TIMEOUT(!app.session.dataFits(), 20'000);
    auto* measure = app.find<QPushButton>("measureDevicesEmpty");
    QTRY_VERIFY(measure->isEnabled());
    click(measure);
    QVERIFY(!app.session.run().isBusy());
    QVERIFY(!app.session.isMeasuring());
    QVERIFY(!app.find<Banner>("banner")->isVisible());
    QCOMPARE(app.window.currentWorkspace(), QString("train"));
    QVERIFY(app.find<QWidget>("dataFitNotice")->isVisible());
    QVERIFY(app.find<QPushButton>("dataFitNotice0")->hasFocus()); // the way out
    QTest::keyClick(app.find<QPushButton>("dataFitNotice0"), Qt::Key_Return);
    QVERIFY(app.session.dataFits());
}

void MainWindowTest::takesDroppedFiles() {
    Application app(settingsPath());
    app.show();
    const QString path = m_folder->filePath("mine.json");
    Network mine = preset("tiny");
    mine.name = "mine";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(toJson(mine).dump()));
    file.close();
    drop(app.window, QUrl::fromLocalFile(path));
    QTRY_COMPARE_WITH_TIMEOUT(app.session.network(), mine, 20'000);

    auto* banner = app.find<Banner>("banner");
    QVERIFY(!banner->isVisible());
    QFile broken(m_folder->filePath("broken.json"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{\"format\": ");
    broken.close();
    drop(app.window, QUrl::fromLocalFile(broken.fileName()));
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 20'000);
    QVERIFY2(banner->text().contains("broken.json"), qPrintable(banner->text()));
    QCOMPARE(app.session.network(), mine);
}

/// What people select in a file manager: a data set's files, all at once.
void MainWindowTest::severalFilesAreTheirFolder() {
    Application app(settingsPath());
    const auto dropFiles = [&](const QStringList& files) {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString& file : files)
            urls << QUrl::fromLocalFile(file);
        mime.setUrls(urls);
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&app.window, &enter);
        QDropEvent event(QPointF(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&app.window, &event);
    };
    auto* banner = app.find<Banner>("banner");
    QDir(m_folder->path()).mkdir("one");
    QDir(m_folder->path()).mkdir("two");
    dropFiles({m_folder->filePath("one/a"), m_folder->filePath("two/b")});
    QVERIFY2(banner->text().contains("One at a time"), qPrintable(banner->text()));
    dropFiles({m_folder->filePath("one/a"), m_folder->filePath("one/b")});
    QTRY_VERIFY2(banner->text().contains(m_folder->filePath("one")), qPrintable(banner->text()));
    // What was gone before it arrived is no reason for a message.
    banner->dismiss();
    QMimeData nothing;
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &nothing, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&app.window, &event);
    QVERIFY(!banner->isVisibleTo(&app.window));
}

void MainWindowTest::anUnreadFailureComesBack() {
    QWidget window;
    Banner banner(&window);
    banner.showFailure("The data is gone", "as it seems", FailureSubject::Other);
    banner.show(Banner::Kind::Information, "A run can go on", "from here", {{"go", "Go", [] {}}});
    QVERIFY(banner.text().startsWith("A run can go on"));
    banner.dismiss();
    QVERIFY(banner.text().startsWith("The data is gone"));
    QVERIFY(banner.isVisibleTo(&window));
    banner.dismiss();
    QVERIFY(!banner.isVisibleTo(&window));
}

/// A row that is selected looks otherwise where keys act on it.
void MainWindowTest::theFocusShowsInLists() {
    Theme theme;
    QWidget window;
    QTableWidget table(3, 2, &window);
    QLineEdit other(&window);
    other.move(0, 150);
    window.resize(300, 200);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setCurrentCell(1, 0);
    for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        theme.setMode(mode);
        table.setFocus();
        const QImage with = table.viewport()->grab().toImage();
        other.setFocus();
        QVERIFY(table.viewport()->grab().toImage() != with);
    }
}

void MainWindowTest::takesDroppedData() {
    Application app(settingsPath());
    app.show();
    app.session.setNetwork(preset("classic"));
    const QString folder = m_folder->filePath("squares");
    QVERIFY(kernelscope::testing::writeIdxFolder(folder, {1, 20, 20}, 100, 20));
    QSignalSpy changed(&app.session, &Session::dataChanged);
    drop(app.window, QUrl::fromLocalFile(folder));
    QVERIFY(changed.wait(20'000));
    QCOMPARE(app.session.dataSource(), folder);
    // On whatever page: what does not fit is told with what mends it, and then it trains.
    auto* notice = app.find<QWidget>("dataFitNotice");
    QVERIFY(notice->isVisible());
    click(app.find<QPushButton>("dataFitNotice0"));
    QVERIFY(!notice->isVisible());
    QSignalSpy finished(&app.session.run(), &RunSource::finished);
    click(trainButton(app));
    QVERIFY(finished.wait(60'000));
    QCOMPARE(app.session.runs().size(), std::size_t{1});

    // One of the files stands for all of them; a file of data that is broken is named.
    app.session.openData("digits");
    drop(app.window, QUrl::fromLocalFile(folder + "/t10k-images-idx3-ubyte"));
    QVERIFY(changed.wait(20'000));
    QCOMPARE(app.session.dataSource(), folder);
    QVERIFY(kernelscope::testing::writeBytes(m_folder->filePath("broken.npz"), "PK\3\4 and no more"));
    QSignalSpy failed(&app.session, &Session::failed);
    drop(app.window, QUrl::fromLocalFile(m_folder->filePath("broken.npz")));
    QVERIFY(failed.wait(20'000));
    QVERIFY2(app.find<Banner>("banner")->text().contains("broken.npz"), "the file is named");
    QCOMPARE(app.session.dataSource(), folder);
    // They are listed as recent, also after a new start.
    app.settings.save(app.session);
    QVERIFY(!app.settings.write());
    Session later;
    Settings(settingsPath()).restore(later);
    QCOMPARE(later.recentData(), QStringList{folder});
}

void MainWindowTest::keepsTheRunWhenItIsClosed() {
    std::size_t steps = 0;
    {
        Application app(settingsPath());
        app.makeShort(100'000);
        app.show();
        click(trainButton(app));
        QTRY_VERIFY(app.stepsMade() > 20);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(app.window.close());
        QVERIFY2(timer.elapsed() < 6000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!app.session.run().isBusy());
        steps = app.session.runs().back().result->record.steps.size();
    }
    const QStringList folders = QDir(runsFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(folders.size(), 1);
    const QDir folder(runsFolder() + "/" + folders[0]);
    QCOMPARE(loadRunRecord(folder.filePath("run.json").toStdString()).steps.size(), steps);
    QCOMPARE(loadWeights(folder.filePath("weights.safetensors").toStdString()).network, preset("tiny"));

    Application again(settingsPath());
    again.show();
    auto* banner = again.find<Banner>("banner");
    QVERIFY(banner->isVisible());
    QCOMPARE(banner->kind(), Banner::Kind::Information);
    QVERIFY2(banner->text().contains(folders[0]), qPrintable(banner->text()));
    QVERIFY(again.settings.takeSavedOnClose().isEmpty()); // said once
}

void MainWindowTest::keepsFinishedRunsToo() {
    Application app(settingsPath());
    app.makeShort(2);
    Network network = app.session.network();
    network.name = "mein Netz \u00fc/2 ";
    app.session.setNetwork(network);
    app.show();
    const QDir folder(runsFolder());
    const auto before = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size();
    click(trainButton(app));
    QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), 30'000);
    QVERIFY(app.window.close());
    const QStringList after = folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(after.size(), before + 1);
    QCOMPARE(after.filter(QString::fromUtf8("-mein-Netz-\u00fc-2")).size(), 1); // letters of every script stay
    QVERIFY(app.settings.takeSavedOnClose().isEmpty()); // it was not running any more: nothing to tell
}

void MainWindowTest::tellsWhenRunsCannotBeKept() {
    Application app(settingsPath());
    app.makeShort(2);
    app.show();
    // A file where the folder should be: not even root can write below it.
    QDir(runsFolder()).removeRecursively();
    QVERIFY(QDir().mkpath(QFileInfo(runsFolder()).path()));
    QFile obstacle(runsFolder());
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    click(trainButton(app));
    QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), 30'000);
    auto* banner = app.find<Banner>("banner");
    QTRY_VERIFY_WITH_TIMEOUT(banner->text().contains("could not be kept"), 30'000);
    QVERIFY(!app.window.close());
    QVERIFY(app.window.isVisible());
    QVERIFY(banner->isVisible());
    QVERIFY2(banner->text().contains("could not be saved"), qPrintable(banner->text()));
    QVERIFY(app.window.close()); // told once; the second time is meant
    QVERIFY(obstacle.remove());
}

void MainWindowTest::closingMidSweepLeavesTheSetupAlone() {
    TrainingSpec before;
    {
        Application app(settingsPath());
        app.makeShort(7);
        app.show();
        QTRY_VERIFY_WITH_TIMEOUT(!app.session.devices().empty(), 20'000);
        before = app.session.spec();
        app.session.measureEpoch("cpu:1");
        QTRY_VERIFY(app.session.run().isBusy());
        QCOMPARE(app.session.deviceId(), QString("cpu"));
        app.window.close();
    }
    Application again(settingsPath());
    QVERIFY(again.session.spec() == before);
    QCOMPARE(again.session.deviceId(), QString("cpu"));
}

void MainWindowTest::closesAtAnyMoment() {
    std::uint32_t random = 3;
    for (int i = 0; i < 12; ++i) {
        Application app(m_folder->filePath(QString("settings%1.json").arg(i)));
        app.makeShort(100'000);
        app.window.show();
        app.session.train();
        random = random * 1664525u + 1013904223u;
        if (random & 0x10000000u)
            app.session.run().pause();
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < static_cast<qint64>(random >> 26))
            QApplication::processEvents();
        QVERIFY(app.window.close());
        QVERIFY(!app.session.run().isBusy());
    }
}

void MainWindowTest::restoresTheSession() {
    {
        Application app(settingsPath());
        app.show();
        app.session.setNetwork(preset("lenet-5"));
        app.session.setDeviceId("cpu:1");
        app.window.showWorkspace(app.window.workspaces().back());
        app.window.resize(1234, 789);
        app.find<QAction>("themeDarkAction")->trigger();
        app.window.close();
    }
    Application again(settingsPath());
    again.show();
    QCOMPARE(again.session.network(), preset("lenet-5"));
    QCOMPARE(again.session.deviceId(), QString("cpu:1"));
    QCOMPARE(again.window.currentWorkspace(), again.window.workspaces().back());
    QCOMPARE(again.settings.themeMode(), Theme::Mode::Dark);
}

void MainWindowTest::restoresEveryHyperparameterByItself() {
    TrainingSpec spec;
    spec.optimizer = {OptimizerKind::Nesterov, 0.02f, 0.8f, 0.85f, 0.99f, 1e-6f, 0.0005f};
    spec.batchSize = 48;
    spec.epochs = 12;
    spec.seed = 5;
    spec.schedule = {ScheduleKind::Steps, 3, 0.1f, 1.5f};
    spec.augmentation = {2, true};
    spec.stopping = {0.975f, 4};
    {
        Session session;
        session.setSpec(spec);
        Settings(settingsPath()).save(session);
    }
    {
        Session session;
        Settings(settingsPath()).restore(session);
        QVERIFY(session.spec() == spec);
        QVERIFY(!session.isArticleSetup());
    }
    // A value that cannot be costs itself alone.
    {
        SettingsFile file(settingsPath());
        file.set("run/weightDecay", -3);
        file.set("run/schedule", "spiral");
        file.set("run/stepEpochs", 0);
        file.set("run/stepFactor", 2);
        file.set("run/warmupEpochs", "nan");
        file.set("run/shift", 99);
        file.set("run/targetAccuracy", 97);
        file.set("run/patience", -1);
        QVERIFY(!file.write());
    }
    Session session;
    Settings(settingsPath()).restore(session);
    TrainingSpec expected = spec;
    expected.optimizer.weightDecay = 0;
    expected.schedule = {};
    expected.augmentation.shift = 0;
    expected.stopping = {};
    QVERIFY(session.spec() == expected);
}

void MainWindowTest::namesEveryControl() {
    Application app(settingsPath());
    app.show();
    app.find<Banner>("banner")->show(Banner::Kind::Failure, "A title", "A message");
    QStringList nameless;
    int seen = 0;
    for (const QString& workspace : app.window.workspaces()) {
        app.window.showWorkspace(workspace);
        QApplication::processEvents();
        for (QWidget* widget : app.window.findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() ||
                widget->objectName().startsWith(QLatin1String("qt_")))
                continue;
            // A text is its own name.
            if (const auto* label = qobject_cast<QLabel*>(widget); label && label->text().isEmpty())
                continue;
            // Parts of compound controls speak through these.
            if (widget->parentWidget() && widget->parentWidget()->focusProxy() == widget)
                continue;
            if (qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) ||
                qobject_cast<QComboBox*>(widget->parentWidget()) || widget->inherits("QComboBoxListView") ||
                widget->inherits("QComboBoxPrivateContainer"))
                continue;
            ++seen;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            if (!accessible || accessible->text(QAccessible::Name).trimmed().isEmpty())
                nameless << "accessible name: " + describe(widget);
            if (widget->objectName().isEmpty())
                nameless << "objectName: " + describe(widget);
        }
    }
    QVERIFY(seen >= 5);
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("\n")));
}

void MainWindowTest::tabReachesEveryControl() {
    Application app(settingsPath());
    app.show();
    for (const QString& workspace : app.window.workspaces()) {
        app.window.showWorkspace(workspace);
        QApplication::processEvents();
        trainButton(app)->setFocus();
        QSet<QWidget*> reached;
        for (int i = 0; i < 400; ++i) {
            QWidget* focused = QApplication::focusWidget();
            QVERIFY(focused);
            if (reached.contains(focused) && focused == trainButton(app))
                break;
            reached.insert(focused);
            QTest::keyClick(focused, Qt::Key_Tab);
        }
        QStringList missed;
        for (QWidget* stop : tabStops(app.window))
            if (!reached.contains(stop))
                missed << describe(stop);
        QVERIFY2(missed.isEmpty(), qPrintable(workspace + ": " + missed.join("\n")));
    }
}

void MainWindowTest::coloursHaveContrast_data() {
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << Theme::lightPalette();
    QTest::newRow("dark") << Theme::darkPalette();
}

void MainWindowTest::coloursHaveContrast() {
    QFETCH(QPalette, palette);
    const auto check = [&](QPalette::ColorRole text, QPalette::ColorRole background, double least) {
        const double found = contrast(palette.color(text), palette.color(background));
        QVERIFY2(found >= least, qPrintable(QString("roles %1 on %2: %3").arg(text).arg(background).arg(found)));
    };
    check(QPalette::WindowText, QPalette::Window, 7);
    check(QPalette::Text, QPalette::Base, 7);
    check(QPalette::ButtonText, QPalette::Button, 7);
    check(QPalette::HighlightedText, QPalette::Highlight, 4.5);
    check(QPalette::PlaceholderText, QPalette::Base, 4.5);
    check(QPalette::PlaceholderText, QPalette::Window, 4.5);
    check(QPalette::Link, QPalette::Base, 4.5);
    check(QPalette::Link, QPalette::Window, 4.5);
    check(QPalette::BrightText, QPalette::Base, 4.5);
    check(QPalette::ToolTipText, QPalette::ToolTipBase, 7);
    check(QPalette::Highlight, QPalette::Window, 3);
    check(QPalette::Highlight, QPalette::Base, 3);
}

void MainWindowTest::followsTheTheme() {
    Application app(settingsPath());
    app.show();
    app.find<QAction>("themeDarkAction")->trigger();
    QApplication::processEvents();
    const QImage dark = app.window.grab().toImage();
    app.find<QAction>("themeLightAction")->trigger();
    QApplication::processEvents();
    const QImage light = app.window.grab().toImage();
    QVERIFY(dark.pixelColor(3, dark.height() / 2).lightness() < 60);
    QVERIFY(light.pixelColor(3, light.height() / 2).lightness() > 200);
}

void MainWindowTest::fitsASmallScreen() {
    Application app(settingsPath());
    app.show();
    for (const QString& workspace : app.window.workspaces())
        app.window.showWorkspace(workspace);
    const QSize least = app.window.minimumSizeHint();
    QVERIFY2(least.width() <= 1280 && least.height() <= 760,
        qPrintable(QString("needs %1 x %2").arg(least.width()).arg(least.height())));
}

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
