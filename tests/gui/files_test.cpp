// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/banner.h"
#include "app/run_archive.h"
#include "app/settings.h"
#include "app/unfinished_runs.h"
#include "compare/compare_view.h"
#include "compare/compare_workspace.h"
#include "compare/run_table_model.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "gui/made_up_data.h"
#include "gui/window_fixture.h"
#include "network/network_json.h"
#include "train/plots_panel.h"
#include "train/train_workspace.h"
#include "train/training_plot.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSplitter>
#include <QTableView>

#include <limits>
#include <memory>

using namespace kernelscope;
using kernelscope::testing::Application;

namespace {

constexpr int patience = 60'000; // milliseconds: the machine may be busy

class Quiet final : public RunObserver {};

/// A short run of the window's own kind, without a window.
RunSetup shortSetup(int epochs) {
    RunSetup setup;
    setup.network = preset("tiny");
    setup.spec.trainSamples = 320;
    setup.spec.epochs = epochs;
    setup.spec.seed = 3;
    setup.data = openDataSet("digits");
    setup.deviceId = "cpu:1";
    return setup;
}

/// Stops in the middle of the second epoch.
class StopsThere final : public RunObserver {
public:
    explicit StopsThere(RunControl& control) : m_control(control) {}
    void stepsMade(std::span<const StepPoint> points) override {
        if (points.back().step >= 14)
            m_control.cancel();
    }

private:
    RunControl& m_control;
};

} // namespace

/// Everything that is opened, kept, offered again and remembered.
class FilesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString path(const char* name) const { return m_folder->filePath(QLatin1String(name)); }

    /// What a window leaves whose process was killed, or that was closed.
    void leaveUnfinished(const QString& name, const char* state) { leaveUnfinished(name, state, shortSetup(4)); }
    void leaveUnfinished(const QString& name, const char* state, RunSetup setup) {
        const QString folder = unfinishedFolder() + QLatin1Char('/') + name;
        QVERIFY(QDir().mkpath(folder));
        setup.files.checkpoint = (folder + "/checkpoint.safetensors").toStdString();
        RunControl control;
        StopsThere observer(control);
        Trainer(setup).run(control, observer);
        writeFileAtomically((folder + "/state").toStdString(), std::string_view(state));
    }

    QStringList checkpointsLeft() {
        QStringList files;
        for (const QString& name : QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString file = unfinishedFolder() + QLatin1Char('/') + name + "/checkpoint.safetensors";
            if (QFile::exists(file))
                files += file;
        }
        return files;
    }

    void saveWeightsFile(const QString& file) {
        RunControl control;
        Quiet quiet;
        saveWeights(file.toStdString(), Trainer(shortSetup(1)).run(control, quiet));
    }

    RunRecord recordOfSteps(int steps, StopReason stop) {
        RunRecord record;
        record.network = preset("tiny");
        record.device = {"cpu:1", "Test chip", "cpu", "AVX2", 1, "fp32"};
        record.data = {"Made up", "digits", {1, 28, 28}, 10, {}, 3200, 100, {}};
        for (int i = 0; i < 10; ++i)
            record.data.classNames.push_back(std::to_string(i));
        record.date = "2030-01-31T12:00:00Z";
        record.spec.batchSize = 32;
        record.stop = stop;
        for (int step = 1; step <= steps; ++step)
            record.steps.push_back({step, step * 0.01, 2.0f / static_cast<float>(step), 5, 32});
        return record;
    }

    QStringList ghostNames(Application& app) {
        return app.find<PlotsPanel>("plotsPanel")->plot().pane(CurveQuantity::Loss).legendTexts().mid(3);
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", path("data").toUtf8());
    }

    void opensAnyKindByItsContent() {
        // Names that say nothing, or something wrong.
        saveWeightsFile(path("weights.json"));
        saveRunRecord(path("record").toStdString(), recordOfSteps(50, StopReason::Completed));
        writeFileAtomically(path("network.safetensors").toStdString(), toJson(preset("lenet-5")).dump());
        Application app(path("settings.json"));
        app.show();
        app.window.open(path("weights.json"));
        QTRY_COMPARE_WITH_TIMEOUT(app.window.currentWorkspace(), QString("look"), patience);
        QCOMPARE(app.session.network(), preset("tiny"));
        QCOMPARE(app.session.snapshotTitle(), QString("weights.json"));
        QCOMPARE(app.session.snapshot()->parameters, loadWeights(path("weights.json").toStdString()).parameters);
        // They can be looked through as they are.
        QTRY_VERIFY_WITH_TIMEOUT(app.session.probeResult(), patience);

        app.window.open(path("record"));
        QTRY_COMPARE_WITH_TIMEOUT(app.window.currentWorkspace(), QString("compare"), patience);
        QCOMPARE(app.session.runs().size(), std::size_t{1});
        QVERIFY(app.session.runs()[0].isOpened());
        QSignalSpy changed(&app.session, &Session::runsChanged);
        app.window.open(path("record")); // once more: the same run
        app.window.open(path("network.safetensors"));
        QTRY_COMPARE_WITH_TIMEOUT(app.session.network(), preset("lenet-5"), patience);
        // It is shown where it can be read and changed.
        QCOMPARE(app.window.currentWorkspace(), QString("train"));
        QCOMPARE(app.window.findChild<TrainWorkspace*>()->currentPage(), QString("network"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(app.session.runs().size(), std::size_t{1});
        QVERIFY(!app.find<QAction>("saveWeightsAction")->isEnabled()); // nothing was trained here
    }

    void severalFilesAreOpenedInOrder() {
        saveRunRecord(path("one").toStdString(), recordOfSteps(50, StopReason::Completed));
        saveRunRecord(path("two").toStdString(), recordOfSteps(20, StopReason::Completed));
        Application app(path("settings.json"));
        app.show();
        for (const char* name : {"one", "gone-wrong", "two"}) {
            if (!QFile::exists(path(name)))
                writeFileAtomically(path(name).toStdString(), "{\"format\": \"other\", \"version\": 1}");
            app.window.open(path(name));
        }
        QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{2}, patience);
        QCOMPARE(app.session.runs()[0].file, path("one"));
        QCOMPARE(app.session.runs()[1].file, path("two"));
        QVERIFY2(app.find<Banner>("banner")->text().contains("gone-wrong"), "what failed is told all the same");
    }

    void damagedFilesSayWhatIsWrong() {
        saveWeightsFile(path("good"));
        const std::string good = readWholeFile(path("good").toStdString(), 10 << 20);
        writeFileAtomically(path("cut").toStdString(), good.substr(0, good.size() / 2));
        writeFileAtomically(path("strange").toStdString(), "{\"format\": \"other\", \"version\": 1}");
        Application app(path("settings.json"));
        app.show();
        auto* banner = app.find<Banner>("banner");
        for (const char* name : {"cut", "strange"}) {
            banner->dismiss();
            app.window.open(path(name));
            QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
            QCOMPARE(banner->kind(), Banner::Kind::Failure);
            QVERIFY2(banner->text().contains(name), qPrintable(banner->text()));
        }
        // Files of ours by their name, with something else inside: no word of data sets.
        writeFileAtomically(path("notes.json").toStdString(), "remember the milk");
        writeFileAtomically(path("empty.safetensors").toStdString(), "");
        for (const char* name : {"notes.json", "empty.safetensors"}) {
            banner->dismiss();
            app.window.open(path(name));
            QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
            QVERIFY2(banner->text().contains(name) && !banner->text().contains("MNIST"), qPrintable(banner->text()));
        }
        QVERIFY(app.settings.recentFiles().isEmpty());
    }

    /// Weights that were made for other images than the data's: Look says so, and leads to what suits them.
    void weightsForOtherImagesLeadToTheirData() {
        const Network network{"coloured", {3, 32, 32}, {Flatten{}, Dense{10}}};
        const Plan plan = compile(network);
        auto weights = std::make_shared<Snapshot>();
        weights->parameters = initialParameters(plan, 1);
        weights->state = initialState(plan);
        RunResult result;
        result.record.network = network;
        result.weights = weights;
        saveWeights(path("coloured.safetensors").toStdString(), result);
        Application app(path("settings.json"));
        app.show();
        app.window.open(path("coloured.safetensors"));
        QTRY_COMPARE_WITH_TIMEOUT(app.window.currentWorkspace(), QString("look"), patience);
        auto* use = app.find<QPushButton>("lookMisfit0");
        QTRY_VERIFY_WITH_TIMEOUT(use->isVisible(), patience);
        QVERIFY(use->text().contains("colour"));
        use->click();
        QTRY_VERIFY_WITH_TIMEOUT(app.session.dataFits(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!use->isVisible(), patience);
        QCOMPARE(app.session.snapshotTitle(), QString("coloured.safetensors")); // they stayed
        QTRY_VERIFY_WITH_TIMEOUT(app.session.probeResult(), patience);
    }

    void aRunThatGoesOnForbidsAllButRecords() {
        saveWeightsFile(path("weights"));
        saveRunRecord(path("record").toStdString(), recordOfSteps(50, StopReason::Completed));
        Application app(path("settings.json"));
        app.makeShort(100'000);
        app.show();
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 0, patience);
        app.window.open(path("weights"));
        auto* banner = app.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        QVERIFY2(banner->text().contains("Stop it"), qPrintable(banner->text()));
        app.window.open(path("record"));
        QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{1}, patience);
        QVERIFY(app.session.run().isBusy());
    }

    void recentFilesAreListedAndCleared() {
        saveWeightsFile(path("weights"));
        saveRunRecord(path("record").toStdString(), recordOfSteps(50, StopReason::Completed));
        const auto texts = [](const QMenu& menu) {
            QStringList list;
            for (const QAction* action : menu.actions())
                list << action->data().toString() + (action->isEnabled() ? "" : " gone");
            return list;
        };
        {
            Application app(path("settings.json"));
            app.show();
            app.window.open(path("weights"));
            QTRY_COMPARE_WITH_TIMEOUT(app.settings.recentFiles().size(), qsizetype{1}, patience);
            app.window.open(path("record"));
            QTRY_COMPARE_WITH_TIMEOUT(app.settings.recentFiles().size(), qsizetype{2}, patience);
            app.window.close();
        }
        QVERIFY(QFile::remove(path("weights")));
        Application again(path("settings.json"));
        again.show();
        auto* menu = again.find<QMenu>("recentMenu");
        emit menu->aboutToShow();
        QCOMPARE(texts(*menu).mid(0, 2), QStringList({path("record"), path("weights") + " gone"}));
        again.window.showWorkspace("train");
        menu->actions().front()->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(again.window.currentWorkspace(), QString("compare"), patience);
        emit menu->aboutToShow();
        menu->actions().back()->trigger();
        QVERIFY(again.settings.recentFiles().isEmpty());
        emit menu->aboutToShow();
        QCOMPARE(menu->actions().size(), qsizetype{1});
        QVERIFY(!menu->actions().front()->isEnabled());
    }

    void aCrashedRunIsOfferedAndGoesOn_data() {
        QTest::addColumn<QString>("state");
        QTest::newRow("killed") << "running";
        QTest::newRow("power cut") << ""; // the file was not yet on the disk
    }

    void aCrashedRunIsOfferedAndGoesOn() {
        QFETCH(QString, state);
        RunControl control;
        Quiet quiet;
        const RunResult whole = Trainer(shortSetup(4)).run(control, quiet);
        leaveUnfinished("2030-01-01-000000-000-1", qPrintable(state));
        Application app(path("settings.json"));
        app.show();
        auto* banner = app.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        QCOMPARE(banner->kind(), Banner::Kind::Information);
        QVERIFY2(banner->text().contains("interrupted at epoch 2 of 4"), qPrintable(banner->text()));
        QTest::mouseClick(app.find<QPushButton>("continueRunButton"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), patience);
        const RunResult& resumed = *app.session.runs()[0].result;
        QCOMPARE(resumed.record.stop, StopReason::Completed);
        QCOMPARE(resumed.weights->parameters, whole.weights->parameters);
        QCOMPARE(resumed.record.steps.size(), whole.record.steps.size());
        for (std::size_t i = 0; i < whole.record.steps.size(); ++i)
            QCOMPARE(resumed.record.steps[i].loss, whole.record.steps[i].loss);
        QCOMPARE(app.session.deviceId(), QString("cpu:1"));
        // Nothing is left to be offered: not a file that another window could find.
        app.window.close();
        QVERIFY(checkpointsLeft().isEmpty());
    }

    void aRunGoesOnWhileOtherDataIsBeingOpened() {
        QVERIFY(kernelscope::testing::writeIdxFolder(path("other"), {1, 6, 6}, 100, 20));
        leaveUnfinished("2030-01-01-000000-000-1", "running");
        Application app(path("settings.json"));
        app.show();
        app.session.openData(path("other"));
        QTRY_COMPARE_WITH_TIMEOUT(app.session.dataSource(), path("other"), patience);
        auto* goOn = app.find<QAction>("continueAction");
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isEnabled(), patience);
        app.session.openData("/no/such/folder"); // an opening that ends with an error once it is given up
        goOn->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), patience);
        QCOMPARE(app.session.runs()[0].result->record.stop, StopReason::Completed);
    }

    void aRunThatCannotGoOnStaysOnOffer() {
        RunSetup setup = shortSetup(4);
        QVERIFY(kernelscope::testing::writeIdxFolder(path("images"), {1, 28, 28}, 640, 20));
        setup.data = openDataSet(path("images").toStdString());
        leaveUnfinished("2030-01-01-000000-000-1", "running", setup);
        QVERIFY(kernelscope::testing::writeIdxFolder(path("images"), {1, 28, 28}, 600, 20)); // other data now
        Application app(path("settings.json"));
        app.show();
        auto* goOn = app.find<QAction>("continueAction");
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isEnabled(), patience);
        QSignalSpy failed(&app.session, &Session::failed);
        QTest::mouseClick(app.find<QPushButton>("continueRunButton"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), qsizetype{1}, patience);
        QVERIFY(!app.session.run().isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isEnabled(), patience);
        QCOMPARE(checkpointsLeft().size(), qsizetype{1});
        const QString state = QFileInfo(checkpointsLeft()[0]).path() + "/state";
        QVERIFY(readWholeFile(state.toStdString(), 100) != "running"); // a window that closes now did not crash
        // Nor does data that is not there lose it.
        QVERIFY(QDir(path("images")).removeRecursively());
        app.session.openData("digits");
        goOn->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), qsizetype{2}, patience);
        QVERIFY(goOn->isEnabled());
        // Another run that cannot begin leaves it alone; one that begins takes its place.
        app.session.setDeviceId("cuda:99");
        app.session.train();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), qsizetype{3}, patience);
        QVERIFY(goOn->isEnabled());
        QCOMPARE(checkpointsLeft().size(), qsizetype{1});
        app.session.setDeviceId("cpu:1");
        app.makeShort(1);
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), patience);
        QVERIFY(!goOn->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(checkpointsLeft().isEmpty(), patience); // when it is kept
    }

    void aRunWhoseDeviceFailedMayGoOn() {
        Application app(path("settings.json"));
        app.makeShort(100'000);
        app.show();
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 20, patience);
        QVERIFY(app.session.finishRun(std::chrono::seconds(60)));
        QCOMPARE(checkpointsLeft().size(), qsizetype{1});
        RunResult result = *app.session.runs()[0].result;
        result.record.stop = StopReason::Failed; // as if the device had said so
        emit app.session.run().finished(std::make_shared<const RunResult>(result));
        QCOMPARE(checkpointsLeft().size(), qsizetype{1});
        result.record.stop = StopReason::NonFinite;
        emit app.session.run().finished(std::make_shared<const RunResult>(result));
        QVERIFY(app.window.close()); // by then all is kept
        QVERIFY(checkpointsLeft().isEmpty());
    }

    void theOfferWaitsForARunToEnd() {
        leaveUnfinished("2030-01-01-000000-000-1", "running");
        Application app(path("settings.json"));
        app.makeShort(100'000);
        app.show();
        auto* banner = app.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 0, patience);
        for (const char* name : {"continueRunButton", "openRunButton"}) {
            QTest::mouseClick(app.find<QPushButton>(name), Qt::LeftButton);
            QVERIFY2(banner->text().contains("Stop it"), qPrintable(banner->text()));
            QVERIFY(app.session.runs().empty());
            QTest::mouseClick(app.find<QWidget>("bannerClose"), Qt::LeftButton);
            QVERIFY(banner->hasChoices());
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the buttons before
        }
    }

    void aCloseThatFailsLeavesTheRun() {
        Application app(path("settings.json"));
        app.makeShort(100'000);
        app.show();
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 20, patience);
        QDir(runsFolder()).removeRecursively();
        QVERIFY(QDir().mkpath(QFileInfo(runsFolder()).path()));
        QFile obstacle(runsFolder()); // a file where the folder should be
        QVERIFY(obstacle.open(QIODevice::WriteOnly));
        QVERIFY(!app.window.close());
        QTRY_VERIFY_WITH_TIMEOUT(app.find<QAction>("continueAction")->isEnabled(), patience);
    }

    void aCrashedRunIsOpenedOrThrownAway() {
        leaveUnfinished("2030-01-01-000000-000-1", "running");
        {
            Application app(path("settings.json"));
            app.show();
            auto* banner = app.find<Banner>("banner");
            QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
            QTest::mouseClick(app.find<QPushButton>("openRunButton"), Qt::LeftButton);
            QCOMPARE(app.window.currentWorkspace(), QString("compare"));
            QCOMPARE(app.session.runs().size(), std::size_t{1});
            QCOMPARE(app.session.snapshotTitle(), QString("your last run"));
            QVERIFY(app.find<QAction>("continueAction")->isEnabled()); // it still can go on
            app.window.close();
        }
        Application app(path("settings.json"));
        app.show();
        auto* banner = app.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        // A message that covers the offer gives it back.
        app.window.open(path("nothing-here.json"));
        QVERIFY2(banner->text().contains("nothing-here.json"), qPrintable(banner->text()));
        QTest::mouseClick(app.find<QWidget>("bannerClose"), Qt::LeftButton);
        QVERIFY(banner->isVisible());
        QTest::mouseClick(app.find<QPushButton>("discardRunButton"), Qt::LeftButton);
        QVERIFY(!app.find<QAction>("continueAction")->isEnabled());
        // A wrong click can be taken back.
        QTest::mouseClick(app.find<QPushButton>("takeBackRunButton"), Qt::LeftButton);
        QVERIFY(app.find<QAction>("continueAction")->isEnabled());
        QVERIFY(app.find<QPushButton>("continueRunButton"));
        QTest::mouseClick(app.find<QPushButton>("discardRunButton"), Qt::LeftButton);
        QTest::mouseClick(app.find<QWidget>("bannerClose"), Qt::LeftButton);
        QVERIFY(!banner->isVisible());
        {
            Application next(path("other.json")); // a second window does not get it
            next.show();
            QVERIFY(!next.find<Banner>("banner")->isVisible());
        }
        QVERIFY(app.window.close());
    }

    /// Thrown away is thrown away when the window is gone, and also where the process was killed meanwhile.
    void discardedRunsAreNotOfferedAgain() {
        leaveUnfinished("2030-01-01-120000-000-1", "discarded");
        {
            Application app(path("settings.json"));
            app.show();
            QVERIFY(QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
        }
        leaveUnfinished("2030-01-01-120000-000-1", "running");
        {
            Application app(path("settings.json"));
            app.show();
            QTRY_VERIFY_WITH_TIMEOUT(app.find<Banner>("banner")->isVisible(), patience);
            QTest::mouseClick(app.find<QPushButton>("discardRunButton"), Qt::LeftButton);
        }
        QVERIFY(QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    }

    /// Whoever trained for hours has the run when the process is killed a moment after its end.
    void aFinishedRunIsKeptAtOnce() {
        Application app(path("settings.json"));
        app.makeShort();
        app.show();
        app.session.train();
        QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{1}, patience);
        const auto kept = [] { return QDir(runsFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot); };
        QTRY_COMPARE_WITH_TIMEOUT(kept().size(), qsizetype{1}, patience);
        const QString folder = runsFolder() + QLatin1Char('/') + kept().front();
        QTRY_VERIFY_WITH_TIMEOUT(checkpointsLeft().isEmpty(), patience);
        QCOMPARE(loadRunRecord((folder + "/run.json").toStdString()).steps.size(), app.stepsMade());
        QCOMPARE(loadWeights((folder + "/weights.safetensors").toStdString()).parameters,
            app.session.runs().front().result->weights->parameters);

        // It is found again under Earlier runs, and the window keeps no second copy when it closes.
        auto* menu = app.find<QMenu>("keptRunsMenu");
        emit menu->aboutToShow();
        auto* entry = menu->findChild<QAction*>("earlierRunAction");
        QVERIFY(entry);
        QVERIFY2(entry->text().endsWith(", tiny"), qPrintable(entry->text()));
        entry->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{2}, patience);
        QCOMPARE(app.window.currentWorkspace(), QString("compare"));
        QTRY_COMPARE_WITH_TIMEOUT(app.find<CompareWorkspace>("compareWorkspace")->view()->selectedRuns(),
            std::vector<int>{app.session.runs().back().number}, patience);
        QVERIFY(app.window.close());
        QCOMPARE(kept().size(), qsizetype{1});
    }

    /// What a crash left and somebody opened can be saved like a run that was made here.
    void anOpenedRunCanBeSaved() {
        leaveUnfinished("2030-01-01-120000-000-1", "running");
        Application app(path("settings.json"));
        app.show();
        QVERIFY(!app.find<QAction>("saveWeightsAction")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(app.find<Banner>("banner")->isVisible(), patience);
        QTest::mouseClick(app.find<QPushButton>("openRunButton"), Qt::LeftButton);
        QCOMPARE(app.session.runs().front().result->record.stop, StopReason::Stopped);
        QVERIFY(app.find<QAction>("saveWeightsAction")->isEnabled());
        QVERIFY(app.find<QAction>("saveRecordAction")->isEnabled());
    }

    void aClosedWindowIsNoCrash() {
        std::size_t steps = 0;
        {
            Application app(path("settings.json"));
            app.makeShort(100'000);
            app.show();
            app.session.train();
            QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 20, patience);
            QVERIFY(app.window.close());
            steps = app.session.runs().back().result->record.steps.size();
        }
        Application again(path("settings.json"));
        again.show();
        auto* banner = again.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->text().contains("can go on"), patience);
        QVERIFY2(!banner->text().contains("unexpectedly"), qPrintable(banner->text()));
        QVERIFY2(banner->text().contains("today"), qPrintable(banner->text()));
        again.find<QAction>("continueAction")->trigger();
        QVERIFY(!banner->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(again.stepsMade() > steps, patience);
        QVERIFY(again.window.close());
    }

    void aStoppedRunMayGoOn() {
        Application app(path("settings.json"));
        app.makeShort(100'000);
        app.show();
        auto* goOn = app.find<QAction>("continueAction");
        QVERIFY(!goOn->isEnabled());
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > 20, patience);
        app.session.run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isEnabled(), patience);
        QVERIFY(!app.find<Banner>("banner")->isVisible()); // nobody is asked
        const std::size_t steps = app.session.runs()[0].result->record.steps.size();
        goOn->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(app.stepsMade() > steps, patience);
        QVERIFY(!goOn->isEnabled());
        app.session.run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(goOn->isEnabled(), patience);
        app.makeShort(1);
        app.session.train(); // another run takes its place
        QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 3 && !app.session.run().isBusy(), patience);
        QVERIFY(!goOn->isEnabled());
    }

    void aLivingWindowsRunIsLeftAlone() {
        Application first(path("settings.json"));
        first.makeShort(100'000);
        first.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(first.stepsMade() > 20, patience);
        {
            Application second(path("other.ini"));
            second.show();
            // look() asks for the locks at once: what it will load is known, though not yet read.
            QVERIFY(!second.window.findChild<UnfinishedRuns*>()->left());
            QVERIFY(!second.find<QAction>("continueAction")->isEnabled());
        }
        QVERIFY(!QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    }

    void whatCannotBeReadIsSaidAndOldOnesGo() {
        for (int i = 0; i < 7; ++i) {
            const QString folder = unfinishedFolder() + QString("/2030-01-0%1-000000-000-1").arg(i + 1);
            QVERIFY(QDir().mkpath(folder));
            writeFileAtomically((folder + "/checkpoint.safetensors").toStdString(), "no checkpoint");
        }
        QVERIFY(QDir().mkpath(unfinishedFolder() + "/2030-01-09-000000-000-1")); // without any file
        Application app(path("settings.json"));
        app.show();
        auto* banner = app.find<Banner>("banner");
        QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), patience);
        QCOMPARE(banner->kind(), Banner::Kind::Failure);
        QCOMPARE(QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), qsizetype{5});
    }

    void aRecordIsFollowedWhileItIsWritten() {
        const std::string file = path("live.json").toStdString();
        saveRunRecord(file, recordOfSteps(10, StopReason::Running));
        Application app(path("settings.json"));
        app.show();
        app.window.open(path("live.json"));
        QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{1}, patience);
        const auto steps = [&] { return app.session.runs()[0].result->record.steps.size(); };
        for (const int more : {20, 30}) {
            saveRunRecord(file, recordOfSteps(more, StopReason::Running));
            QTRY_COMPARE_WITH_TIMEOUT(steps(), static_cast<std::size_t>(more), patience);
        }
        saveRunRecord(file, recordOfSteps(40, StopReason::Completed));
        QTRY_COMPARE_WITH_TIMEOUT(steps(), std::size_t{40}, patience);
        QCOMPARE(app.session.runs().size(), std::size_t{1});
        QCOMPARE(app.session.runs()[0].result->record.stop, StopReason::Completed);
    }

    void earlierRunsAreGhosts() {
        Application app(path("settings.json"));
        app.makeShort(2);
        app.show();
        const auto train = [&](std::size_t runs) {
            app.session.train();
            QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == runs && !app.session.run().isBusy(), patience);
        };
        train(1);
        QCOMPARE(ghostNames(app), QStringList()); // a run is no ghost of itself
        train(2);
        QCOMPARE(ghostNames(app), QStringList({"Run 1"}));
        const CurvePane& pane = app.find<PlotsPanel>("plotsPanel")->plot().pane(CurveQuantity::Loss);
        QCOMPARE(pane.ghostGraph(0)->dataCount(), 40);
        // By the menu on the plots.
        auto* menu = app.find<QMenu>("earlierRunsMenu");
        QCOMPARE(menu->actions().size(), qsizetype{1});
        menu->actions()[0]->trigger();
        QCOMPARE(ghostNames(app), QStringList());
        // By the box in Compare, with a key.
        app.window.showWorkspace("compare");
        auto* table = app.find<QTableView>("runTable");
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, RunTableModel::Ghost));
        QCOMPARE(table->currentIndex().data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(table->currentIndex().data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QCOMPARE(ghostNames(app), QStringList({"Run 1"}));
        app.session.removeRun(1);
        QCOMPARE(ghostNames(app), QStringList());
    }

    void ghostsOfManyRunsAreTheLatest() {
        Session session;
        for (int i = 0; i < 3; ++i)
            session.addRun(recordOfSteps(20, StopReason::Completed), QString("/file%1").arg(i));
        QCOMPARE(session.ghosts(), (std::set<int>{1, 2, 3}));
        session.setGhost(2, false);
        QCOMPARE(session.ghosts(), (std::set<int>{1, 3}));
        session.addRun(recordOfSteps(30, StopReason::Completed), "/file1"); // read again: as it was
        QCOMPARE(session.ghosts(), (std::set<int>{1, 3}));
        for (int i = 4; i < 9; ++i)
            session.addRun(recordOfSteps(20, StopReason::Completed), QString("/file%1").arg(i));
        QCOMPARE(session.ghosts().size(), std::size_t{4});
        QVERIFY(session.ghosts().contains(8) && !session.ghosts().contains(1));
    }

    void theWholeSessionComesBack() {
        saveRunRecord(path("ghost.json").toStdString(), recordOfSteps(50, StopReason::Completed));
        QList<int> sizes;
        {
            Application app(path("settings.json"));
            app.show();
            app.window.open(path("ghost.json"));
            QTRY_COMPARE_WITH_TIMEOUT(app.session.runs().size(), std::size_t{1}, patience);
            app.window.showWorkspace("look");
            QApplication::processEvents();
            auto* splitter = app.find<QSplitter>("lookSplitter");
            QList<int> wanted = splitter->sizes();
            wanted[0] += 60;
            wanted[1] -= 60;
            splitter->setSizes(wanted);
            sizes = splitter->sizes();
            app.window.showWorkspace("train");
            app.window.findChild<TrainWorkspace*>()->showPage("network");
            app.session.selectLayer(3);
            app.session.setSample(12);
            app.window.close();
        }
        Application again(path("settings.json"));
        again.show();
        QCOMPARE(again.window.findChild<TrainWorkspace*>()->currentPage(), QString("network"));
        QCOMPARE(again.session.selectedLayer(), 3);
        QCOMPARE(again.session.sample(), std::size_t{12});
        QTRY_COMPARE_WITH_TIMEOUT(again.session.runs().size(), std::size_t{1}, patience);
        QCOMPARE(again.session.ghosts().size(), std::size_t{1});
        QCOMPARE(again.window.currentWorkspace(), QString("train")); // in silence
        again.window.showWorkspace("look");
        QApplication::processEvents();
        const QList<int> found = again.find<QSplitter>("lookSplitter")->sizes();
        QVERIFY2(std::abs(found[0] - sizes[0]) <= 2 && std::abs(found[1] - sizes[1]) <= 2,
            qPrintable(QString("%1 %2, not %3 %4").arg(found[0]).arg(found[1]).arg(sizes[0]).arg(sizes[1])));
    }

    void weightsSavedFromTheWindowSayWhatTheyAre() {
        Application app(path("settings.json"));
        app.makeShort(1);
        app.session.train();
        QTRY_VERIFY_WITH_TIMEOUT(app.session.runs().size() == 1 && !app.session.run().isBusy(), patience);
        QVERIFY(!saveRun(*app.session.runs()[0].result, path("weights"), QString()));
        const auto metadata = loadWeights(path("weights").toStdString()).metadata;
        for (const char* key : {"network", "program", "data", "date", "step", "seed"})
            QVERIFY2(metadata.contains(key), key);
        QCOMPARE(metadata.at("step"), std::string("20"));
    }

    void hostileSettingsCostNoStart() {
        const QString file = path("settings.json");
        const QByteArray lists[] = {"[files]\nrecent=@Invalid()\nghosts=12\n",
            "[files]\nrecent=relative, /gone/for/ever, /gone/for/ever, /x\\0y\nghosts=/etc/passwd, /dev/zero, /\n",
            "[files]\nrecent=@Variant(\\0\\0\\0\\x7f)\n[splitters]\nlookSplitter=@ByteArray(\\0\\0\\0\\xff\\0\\0)\n",
            "[view]\ntrainPage=../../x\nworkspace=@Rect(1 2 3 4)\n[splitters]\ncompareSplitter=garbage\n",
            "[files]\nrecent=" + QByteArray(100'000, 'x') + "\n", "[files", "\xff\xfe\x00\x01"};
        for (const QByteArray& content : lists) {
            QFile settings(file);
            QVERIFY(settings.open(QIODevice::WriteOnly | QIODevice::Truncate));
            settings.write(content);
            settings.close();
            Application app(file);
            app.show();
            app.window.showWorkspace("look");
            app.window.showWorkspace("compare");
            app.window.showWorkspace("train");
            for (const QString& recent : app.settings.recentFiles())
                QVERIFY(QDir::isAbsolutePath(recent));
            QVERIFY(app.settings.recentFiles().size() <= 10);
            QVERIFY(app.session.runs().empty());
            app.window.close();
        }
    }

    /// Every value of a settings file replaced by others, and the file cut short anywhere: what cannot be is left out,
    /// and what is set up then can be trained.
    void anySettingMayBeAnything() {
        const QString file = path("settings.json");
        {
            Application app(file);
            app.makeShort(2);
            app.window.close();
        }
        const std::string whole = readWholeFile(file.toStdString(), 1 << 20);
        const auto good = nlohmann::json::parse(whole);
        QVERIFY2(good.size() > 15, qPrintable(QString::number(good.size())));
        const nlohmann::json strange[] = {"", "-1", "1e39", "nan", -1, 1e39, 1e-300, 0.5, 18446744073709551615u,
            nullptr, true, "{\"format\": \"kernelscope-network\"}", std::string(90'000, '['), {"a", "b"},
            std::string("\0\x7f", 2), {{"key", 1}}};
        Session session;
        const auto restores = [&] {
            const Settings settings(file);
            session.setNetwork(preset("classic"));
            session.setSpec(TrainingSpec());
            settings.restore(session);
            settings.themeMode();
            settings.windowGeometry();
            settings.workspace();
            settings.trainPage();
            settings.recentFiles();
            settings.ghostFiles();
            validate(session.spec(), std::numeric_limits<std::size_t>::max());
            compile(session.network());
        };
        for (const auto& entry : good.items())
            for (const nlohmann::json& value : strange) {
                nlohmann::json bad = good;
                bad[entry.key()] = value;
                writeFileAtomically(file.toStdString(), bad.dump(), Outlasts::Process);
                QVERIFY(Settings(file).problem().isEmpty());
                restores();
            }
        for (std::size_t length = 0; length < whole.size(); length += 37) {
            writeFileAtomically(file.toStdString(), whole.substr(0, length));
            restores();
        }
    }
};

QTEST_MAIN(FilesTest)
#include "files_test.moc"
