// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"
#include "compare/accuracy_plot.h"
#include "compare/compare_view.h"
#include "compare/compare_workspace.h"
#include "compare/epoch_bars.h"
#include "compare/recorded_runs.h"
#include "compare/run_table_model.h"
#include "files/run_record_json.h"
#include "fuzz/sample_record.h"
#include "widgets/device_text.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace kernelscope;

namespace {

/// A run of classic on 60,000 images with these epoch times.
RunRecord record(const char* deviceId, int threads, std::vector<double> epochSeconds) {
    RunRecord run;
    run.device = {deviceId, "Test chip", "cpu", "AVX2", threads, "fp32"};
    if (run.device.id == "reference")
        run.device.backend = "reference";
    run.network = preset("classic");
    run.data.name = "Built-in digits";
    run.data.source = "digits";
    run.data.trainCount = 60000;
    run.phases.load = 0.012;
    run.date = "2030-01-31T12:00:00Z";
    double seconds = 0;
    for (std::size_t i = 0; i < epochSeconds.size(); ++i) {
        EpochResult epoch;
        epoch.epoch = static_cast<int>(i) + 1;
        epoch.trainSeconds = epochSeconds[i];
        epoch.endSeconds = seconds += epochSeconds[i];
        epoch.testAccuracy = 0.95 + 0.01 * static_cast<double>(i);
        run.epochs.push_back(epoch);
    }
    return run;
}

const ComparedRun& find(const Comparison& comparison, int number) {
    for (const ComparedRun& run : comparison.runs)
        if (run.number == number)
            return run;
    throw std::runtime_error("no such run");
}

} // namespace

class CompareTest : public QObject {
    Q_OBJECT

private:
    std::vector<RunRecord> m_records;
    std::unique_ptr<CompareView> m_view;

    std::vector<NumberedRun> numbered() const {
        std::vector<NumberedRun> runs;
        for (std::size_t i = 0; i < m_records.size(); ++i)
            runs.push_back({static_cast<int>(i) + 1, &m_records[i]});
        return runs;
    }

    void makeView() {
        m_view = std::make_unique<CompareView>();
        m_view->resize(1200, 700);
        m_view->setRuns(numbered());
        m_view->show();
    }

    template <class T>
    T* child(const char* name) {
        return m_view->findChild<T*>(QString::fromLatin1(name));
    }

private slots:
    /// A run of another machine is never taken for one that was measured here.
    void whatWasRecordedElsewhereSaysSo() {
        m_records = {record("cpu", 2, {4, 4}), record("cpu", 16, {1, 1})};
        m_records[1].device.name = "Other chip";
        std::vector<NumberedRun> runs = numbered();
        runs[1].file = QStringLiteral("/somewhere/run.json");
        const Comparison comparison = compareRuns(runs);
        QCOMPARE(find(comparison, 1).recorded, QString());
        QCOMPARE(find(comparison, 2).recorded, QStringLiteral("recorded on Other chip, 2030-01-31"));
        // Both are "cpu", and yet two devices.
        QVERIFY2(comparison.sentence.contains(QStringLiteral(", recorded on Other chip, 2030-01-31: 4.00 × faster")),
            qPrintable(comparison.sentence));
        makeView();
        m_view->setRuns(runs);
        auto* plot = m_view->findChild<AccuracyPlot*>();
        QCOMPARE(plot->curveCount(), 2);
        auto* table = child<QTableView>("runTable");
        QVERIFY(
            table->model()->index(1, RunTableModel::Number).data(Qt::ToolTipRole).toString().contains("recorded on"));
    }

    void recordsThatComeWithTheProgramAreOffered() {
        const QTemporaryDir folder;
        QVERIFY(recordedRuns(folder.path()).empty());
        QVERIFY(recordedRuns(QStringLiteral(":/nowhere")).empty());
        RunRecord shipped = fuzz::sampleRecord();
        shipped.device = {"cuda:0", "Made-up GPU", "cuda", "sm_00", 1, "fp32"};
        shipped.date = "2031-02-03T04:05:06Z";
        saveRunRecord(folder.filePath("a.json").toStdString(), shipped);
        QFile broken(folder.filePath("b.json"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{");
        broken.close();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("b\\.json.*end of the text")));
        const std::vector<RecordedRun> recorded = recordedRuns(folder.path());
        QCOMPARE(recorded.size(), std::size_t{1});

        Session session;
        CompareWorkspace workspace(session);
        workspace.resize(1200, 700);
        workspace.show();
        const auto buttons = [&] {
            return std::vector<QPushButton*>{workspace.findChild<QPushButton*>(QStringLiteral("recordedRunsEmpty")),
                workspace.findChild<QPushButton*>(QStringLiteral("recordedRuns"))};
        };
        for (QPushButton* button : buttons())
            QVERIFY(button && button->isHidden());
        workspace.offerRecorded(recorded);
        QVERIFY(buttons()[0]->isVisible());
        QAction* action = buttons()[0]->menu()->actions().at(0);
        QVERIFY2(action->text().contains(QStringLiteral("Made-up GPU (sm_00, fp32)")), qPrintable(action->text()));
        QVERIFY(action->text().contains(QStringLiteral("2031-02-03")));
        action->trigger();
        action->trigger(); // it is there already
        QCOMPARE(session.runs().size(), std::size_t{1});
        QVERIFY(session.runs()[0].isOpened());
        QVERIFY(buttons()[1]->isVisible());
        workspace.offerRecorded({});
        for (QPushButton* button : buttons())
            QVERIFY(button->isHidden());
    }

    void whatOneChipComputesInTf32IsAnotherDevice() {
        const DeviceInfo fp32{"cuda:0", "NVIDIA H200", "cuda", "sm_90"};
        DeviceInfo tf32 = fp32;
        tf32.precision = "tf32";
        QCOMPARE(deviceLabel(fp32), QString("NVIDIA H200"));
        QCOMPARE(deviceLabel(tf32), QString("NVIDIA H200, TF32"));
    }

    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init() { m_records = {record("cpu:1", 1, {20, 18, 19}), record("cpu", 2, {8, 9.5, 8.5, 8.2})}; }
    void cleanup() { m_view.reset(); }

    void mediansAndSpread() {
        const EpochTime odd = *epochTime(m_records[0]);
        QCOMPARE(odd.median, 19.0);
        QCOMPARE(odd.least, 18.0);
        QCOMPARE(odd.greatest, 20.0);
        QCOMPARE(odd.epochs, 3);
        const EpochTime even = *epochTime(m_records[1]);
        QCOMPARE(even.median, (8.2 + 8.5) / 2);
        QCOMPARE(imagesPerSecond(m_records[0], odd), 60000 / 19.0);
    }

    void speedUpsAreRelativeToTheSlowest() {
        const Comparison comparison = compareRuns(numbered());
        QCOMPARE(comparison.baseline, std::optional(1));
        QCOMPARE(*find(comparison, 2).speedUp, 19.0 / 8.35);
        QCOMPARE(*find(comparison, 1).speedUp, 1.0);
        QCOMPARE(comparison.sentence,
            QStringLiteral("Run 2 on CPU, all cores (2 threads): 2.28 × faster than run 1 on CPU, 1 thread."));
        const Comparison other = compareRuns(numbered(), 2);
        QCOMPARE(other.baseline, std::optional(2));
        QCOMPARE(*find(other, 1).speedUp, 8.35 / 19.0);
        QVERIFY(other.sentence.contains(QStringLiteral("2.28 × slower than run 2 on CPU, all cores")));
    }

    void onlyLikeIsComparedWithLike() {
        m_records.push_back(record("cpu", 2, {1}));
        m_records.back().network = preset("tiny");
        m_records.push_back(record("cpu", 2, {2}));
        m_records.back().spec.batchSize = 128;
        m_records.push_back(record("cpu", 2, {3}));
        m_records.back().data.source = "/data/mnist";
        m_records.push_back(record("cpu", 2, {4}));
        m_records.back().spec.trainSamples = 1000;
        m_records.push_back(record("reference", 1, {300}));
        m_records.back().spec.trainSamples = 60000; // says no more than "all"
        const Comparison comparison = compareRuns(numbered());
        QCOMPARE(comparison.baseline, std::optional(7));
        QVERIFY(find(comparison, 3).reason.contains(QStringLiteral("network")));
        QVERIFY(find(comparison, 4).reason.contains(QStringLiteral("batch")));
        QVERIFY(find(comparison, 5).reason.contains(QStringLiteral("data")));
        QVERIFY(find(comparison, 6).reason.contains(QStringLiteral("1,000")));
        for (int number : {3, 4, 5, 6})
            QVERIFY(!find(comparison, number).speedUp);
        for (int number : {1, 2, 7})
            QVERIFY(find(comparison, number).reason.isEmpty());
        QCOMPARE(comparison.runs[2].number, 7); // comparable ones first
    }

    void theNewestRunsWithCompanyAreCompared() {
        m_records.push_back(record("cpu", 2, {1}));
        m_records.back().network = preset("tiny");
        QCOMPARE(compareRuns(numbered()).baseline, std::optional(1));
        QCOMPARE(compareRuns(numbered(), 3).baseline, std::optional(3));
        m_records.push_back(record("cpu:1", 1, {2}));
        m_records.back().network = preset("tiny");
        QCOMPARE(compareRuns(numbered()).baseline, std::optional(4));
        QVERIFY(!find(compareRuns(numbered()), 1).reason.isEmpty());
    }

    void aRunWithoutAWholeEpochIsAnEstimateAtMost() {
        RunRecord stopped = record("cpu:2", 2, {});
        stopped.stop = StopReason::Stopped;
        for (int step = 1; step <= 20; ++step)
            stopped.steps.push_back({step, step * 0.01, 1, 16, 32});
        m_records.push_back(stopped);
        stopped.steps.resize(3);
        m_records.push_back(stopped);
        const Comparison comparison = compareRuns(numbered());
        const ComparedRun& estimated = find(comparison, 3);
        QVERIFY(estimated.time->isEstimate);
        QCOMPARE(estimated.time->median, 0.2 * 60000 / 640);
        QVERIFY(!estimated.speedUp);
        QVERIFY(!find(comparison, 4).time);
        QCOMPARE(comparison.baseline, std::optional(1)); // never an estimate, however slow
    }

    void nothingMeasuredIsNoResult() {
        QVERIFY(compareRuns({}).runs.empty());
        m_records = {record("cpu", 2, {})};
        const Comparison comparison = compareRuns(numbered());
        QVERIFY(!comparison.baseline);
        QVERIFY(comparison.sentence.isEmpty());
        m_records = {record("cpu", 2, {5})};
        QVERIFY(compareRuns(numbered()).sentence.isEmpty());
    }

    void equalTimesAreCalledEqual() {
        m_records = {record("cpu:1", 1, {10}), record("cpu", 1, {9.9})};
        QVERIFY(compareRuns(numbered()).sentence.contains(QStringLiteral("same time")));
    }

    void overlappingSpreadsAreNoResult() {
        m_records = {record("cpu", 2, {10, 14, 13}), record("cpu:1", 1, {9, 10.5, 10})};
        makeView();
        const QString sentence = child<QLabel>("compareSentence")->text();
        QVERIFY2(sentence.contains(QStringLiteral("no clear difference")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("31\u00a0%")), qPrintable(sentence)); // (14 - 10) / 13
        QVERIFY(!sentence.contains(QStringLiteral("faster")));
        const Comparison comparison = compareRuns(numbered());
        QCOMPARE(verdictText(comparison, find(comparison, 2)), QStringLiteral("no clear difference"));
        // The other way round nothing becomes clearer.
        auto* box = child<QComboBox>("baselineBox");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_End);
        QCOMPARE(box->currentData().toInt(), 2);
        QVERIFY(child<QLabel>("compareSentence")->text().contains(QStringLiteral("no clear difference")));
    }

    void oneDeviceTwiceIsNoComparisonOfDevices() {
        m_records = {record("cpu", 2, {20}), record("cpu", 2, {10})};
        QVERIFY(compareRuns(numbered()).sentence.isEmpty());
        m_records.push_back(record("cpu:1", 1, {15}));
        QVERIFY(compareRuns(numbered()).sentence.startsWith(QStringLiteral("Run 3 on CPU, 1 thread: 1.33")));
        m_records = {record("cpu:1", 1, {10}), record("cpu", 2, {9.99})};
        const Comparison same = compareRuns(numbered());
        QCOMPARE(verdictText(same, find(same, 2)), QStringLiteral("same"));
    }

    void barsAreAsLongAsTheirTimes() {
        EpochBars bars;
        bars.resize(900, 200);
        bars.setComparison(compareRuns(numbered()));
        QVERIFY(std::abs(bars.barRect(1).width() / bars.barRect(2).width() - 19 / 8.35) < 0.01);
        QSignalSpy chosen(&bars, &EpochBars::chosen);
        QTest::mouseClick(&bars, Qt::LeftButton, {}, bars.barRect(2).center().toPoint());
        QCOMPARE(chosen.last()[0].toInt(), 2);
        bars.setLogarithmic(true);
        const double one = bars.barRect(1).width();
        const double two = bars.barRect(2).width();
        QVERIFY(one > two && one / two < 1.8);
        QVERIFY(!bars.grab().isNull());
    }

    /// Two usual runs in a usual window: every column in full, nothing to scroll to, also after the window was
    /// narrower.
    void theTableFitsTheWindow() {
        makeView();
        m_view->resize(1190, 700);
        auto* table = m_view->findChild<QTableView*>("runTable");
        for (const int width : {1190, 900, 1190, 1340}) { // the first of a window of 1280
            m_view->resize(width, 700);
            QTest::qWait(0);
            for (int column = 0; column < table->model()->columnCount(); ++column) {
                QVERIFY(
                    table->isColumnHidden(column) ||
                    table->columnWidth(column) >= static_cast<QAbstractItemView*>(table)->sizeHintForColumn(column));
                const QString heading = table->model()->headerData(column, Qt::Horizontal).toString();
                QVERIFY(table->isColumnHidden(column) ||
                        table->columnWidth(column) >=
                            table->horizontalHeader()->fontMetrics().horizontalAdvance(heading) + 4);
            }
            if (width > 1000)
                QVERIFY2(table->horizontalHeader()->length() <= table->viewport()->width(),
                    qPrintable(QString::number(table->horizontalHeader()->length())));
        }
    }

    void theTableSortsByValue() {
        m_records.push_back(record("reference", 1, {300}));
        makeView();
        auto* table = child<QTableView>("runTable");
        table->sortByColumn(RunTableModel::SecondsPerEpoch, Qt::AscendingOrder);
        QStringList order;
        for (int row = 0; row < 3; ++row)
            order += table->model()->index(row, RunTableModel::Number).data().toString();
        QCOMPARE(order, (QStringList{QStringLiteral("2"), QStringLiteral("1"), QStringLiteral("3")}));
        QCOMPARE(table->model()->index(0, RunTableModel::ImagesPerSecond).data().toString(), QStringLiteral("7,185"));
        QCOMPARE(
            table->model()->index(0, RunTableModel::TestAccuracy).data().toString(), QStringLiteral("98.00\u00a0%"));
    }

    /// Space sorts by the column of the current cell, and the other way round the next time; among the ghosts it ticks.
    void theTableSortsByKeyboard() {
        makeView();
        auto* table = child<QTableView>("runTable");
        const auto numbers = [&] {
            QStringList texts;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                texts << table->model()->index(row, RunTableModel::Number).data().toString();
            return texts;
        };
        const QStringList before = numbers();
        table->setCurrentIndex(table->model()->index(0, RunTableModel::Number));
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(numbers(), QStringList(before.rbegin(), before.rend()));
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(numbers(), before);
        QTest::keyClick(table, Qt::Key_Space, Qt::ControlModifier); // selects
        QCOMPARE(numbers(), before);
        QSignalSpy ghosts(m_view.get(), &CompareView::ghostChosen);
        table->setCurrentIndex(table->model()->index(1, RunTableModel::Ghost));
        QTest::keyClick(table, Qt::Key_Space);
        QCOMPARE(ghosts.count(), 1);
        QCOMPARE(numbers(), before);
    }

    void runsAreSelectedCopiedAndRemoved() {
        makeView();
        auto* table = child<QTableView>("runTable");
        QVERIFY(!child<QPushButton>("removeRuns")->isEnabled());
        table->selectRow(1);
        QCOMPARE(m_view->selectedRuns(), std::vector<int>{2});
        QTest::mouseClick(child<QPushButton>("copyRuns"), Qt::LeftButton);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[1].startsWith(QStringLiteral("2\tCPU, all cores (2 threads)\t2\tclassic")));
        QSignalSpy removed(m_view.get(), &CompareView::removeWanted);
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Delete);
        QCOMPARE(removed.count(), 1);
        QCOMPARE(removed[0][0].toInt(), 2);
    }

    void seedAndLearningRateAreInTheTable() {
        m_records[0].spec.seed = 7;
        m_records[1].spec.seed = 12;
        m_records[1].spec.optimizer.learningRate = 0.01F;
        m_records[1].events.push_back({RunEvent::Kind::LearningRate, 40, 0.1F});
        makeView();
        auto* table = child<QTableView>("runTable");
        table->sortByColumn(RunTableModel::Seed, Qt::DescendingOrder);
        QCOMPARE(table->model()->index(0, RunTableModel::Seed).data().toString(), QStringLiteral("12"));
        QCOMPARE(table->model()->index(0, RunTableModel::LearningRate).data().toString(), QStringLiteral("0.01 → 0.1"));
        QCOMPARE(table->model()->index(1, RunTableModel::LearningRate).data().toString(), QStringLiteral("0.001"));
        const QString csv = m_view->csv();
        QVERIFY(csv.contains(QStringLiteral(",0.001,7,")));
        QVERIFY(csv.contains(QStringLiteral(",0.01,12,"))); // the first one, and no digits that a float does not hold
    }

    /// Columns of the set-up's finer points are there where runs differ in them, beside the learning rate.
    void whatRunsDifferInIsInTheTable() {
        makeView();
        auto* table = child<QTableView>("runTable");
        for (const int column : {RunTableModel::Optimizer, RunTableModel::WeightDecay, RunTableModel::Schedule,
                 RunTableModel::Augmentation, RunTableModel::EarlyEnd})
            QVERIFY(table->isColumnHidden(column));
        QVERIFY(!table->isColumnHidden(RunTableModel::LearningRate));
        m_records[1].spec.schedule = {ScheduleKind::Cosine, 1, 0.5F, 1};
        m_records[1].spec.augmentation = {2, true};
        m_view->setRuns(numbered());
        QVERIFY(!table->isColumnHidden(RunTableModel::Schedule));
        QVERIFY(!table->isColumnHidden(RunTableModel::Augmentation));
        QVERIFY(table->isColumnHidden(RunTableModel::Optimizer));
        const auto text = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QCOMPARE(text(0, RunTableModel::Schedule), QStringLiteral("constant rate"));
        QCOMPARE(text(1, RunTableModel::Schedule), QStringLiteral("cosine rate, warm-up 1 epoch"));
        QCOMPARE(text(1, RunTableModel::Augmentation), QStringLiteral("images moved by up to 2 px and mirrored"));
        const QHeaderView* header = table->horizontalHeader();
        QCOMPARE(header->visualIndex(RunTableModel::Optimizer) + 1, header->visualIndex(RunTableModel::LearningRate));
        QCOMPARE(header->visualIndex(RunTableModel::EarlyEnd) + 1, header->visualIndex(RunTableModel::Seed));
    }

    void csvIsPlain() {
        m_records[0].network.name = "a \"quoted\", name";
        makeView();
        const QStringList lines = m_view->csv().split(QStringLiteral("\r\n"));
        QCOMPARE(lines.size(), 4); // header, two runs, the end
        QVERIFY(lines[1].contains(QStringLiteral("\"a \"\"quoted\"\", name\"")));
        QVERIFY(lines[2].contains(QStringLiteral(",8.35,")));
        QVERIFY(lines[2].endsWith(
            QStringLiteral("2030-01-31T12:00:00Z,completed,adam,0,constant rate,images as they are,all epochs")));
        QString fields = lines[2];
        fields.remove(QRegularExpression(QStringLiteral("\"[^\"]*\""))); // the device's name has a comma
        QCOMPARE(lines[0].count(QLatin1Char(',')), fields.count(QLatin1Char(',')));
    }

    void theBaselineIsTheUsersChoice() {
        makeView();
        auto* box = child<QComboBox>("baselineBox");
        QCOMPARE(box->count(), 3);
        QVERIFY(child<QLabel>("compareSentence")->text().contains(QStringLiteral("faster")));
        box->setFocus();
        QTest::keyClick(box, Qt::Key_End);
        QVERIFY(child<QLabel>("compareSentence")->text().contains(QStringLiteral("slower")));
        // It stays chosen when another run arrives.
        m_records.push_back(record("cpu:2", 2, {9}));
        m_view->setRuns(numbered());
        QCOMPARE(box->currentData().toInt(), 2);
        QCOMPARE(m_view->findChild<AccuracyPlot*>()->curveCount(), 3);
    }

    void thePlotLeavesOutWhatCannotBeCompared() {
        m_records.push_back(record("cpu", 2, {1}));
        m_records.back().network = preset("tiny");
        makeView();
        QCOMPARE(m_view->findChild<AccuracyPlot*>()->curveCount(), 2);
    }

    void anEmptySessionSaysWhatToDo() {
        m_records.clear();
        makeView();
        QVERIFY(child<QLabel>("compareEmptyText")->isVisible());
        m_view->setSweep(true, {});
        QSignalSpy wanted(m_view.get(), &CompareView::sweepWanted);
        QTest::mouseClick(child<QPushButton>("measureDevicesEmpty"), Qt::LeftButton);
        QCOMPARE(wanted.count(), 1);
        m_view->setSweep(false, QStringLiteral("1 of 2"));
        QVERIFY(!child<QPushButton>("measureDevicesEmpty")->isEnabled());
    }

    /// The real thing: two devices, one after the other, the same first weights.
    void theSweepMeasuresEachDevice() {
        Session session;
        CompareWorkspace workspace(session);
        workspace.resize(1200, 700);
        workspace.show();
        QTRY_VERIFY_WITH_TIMEOUT(!session.devices().empty() && session.data(), 20000);
        session.setNetwork(preset("tiny"));
        TrainingSpec spec = session.spec();
        spec.trainSamples = 640;
        spec.epochs = 3;
        session.setSpec(spec);
        auto* button = workspace.findChild<QPushButton*>(QStringLiteral("measureDevicesEmpty"));
        QTRY_VERIFY(button->isEnabled());
        const QString atRest = workspace.findChild<QLabel*>(QStringLiteral("compareStatus"))->text();
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(session.areViewsFrozen());
        QVERIFY(workspace.findChild<QLabel*>(QStringLiteral("compareStatus"))->text().contains("stand still"));
        QTRY_VERIFY_WITH_TIMEOUT(session.runs().size() >= 2 && session.canEdit() && session.spec().epochs == 3, 60000);
        QTRY_VERIFY(!session.areViewsFrozen());
        QCOMPARE(workspace.findChild<QLabel*>(QStringLiteral("compareStatus"))->text(), atRest);
        const RunRecord& one = session.runs()[0].result->record;
        const RunRecord& two = session.runs()[1].result->record;
        QVERIFY(one.device.id != two.device.id);
        QCOMPARE(one.epochs.size(), std::size_t{1});
        QCOMPARE(one.spec.seed, two.spec.seed);
        QCOMPARE(one.steps[0].loss, two.steps[0].loss);
        auto* table = workspace.findChild<QTableView*>(QStringLiteral("runTable"));
        QTRY_COMPARE(table->model()->rowCount(), static_cast<int>(session.runs().size()));
        session.removeRun(session.runs()[0].number);
        QCOMPARE(table->model()->rowCount(), static_cast<int>(session.runs().size()));
    }

    void everyWidgetThatTakesFocusHasAName() {
        makeView();
        for (QWidget* widget : m_view->findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible())
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), qPrintable(widget->objectName()));
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
        }
    }
};

QTEST_MAIN(CompareTest)
#include "compare_test.moc"
