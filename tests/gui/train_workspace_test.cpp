// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/made_up_data.h"
#include "gui/made_up_run.h"
#include "train/class_bars.h"
#include "train/log_spin_box.h"
#include "train/run_page.h"
#include "train/run_readouts.h"
#include "train/setup_line.h"
#include "train/tabular_label.h"
#include "train/train_workspace.h"
#include "train/training_plot.h"

#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace kernelscope;

/// The workspace over a real session that really trains, with real input.
class TrainWorkspaceTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Session> m_session;
    std::unique_ptr<TrainWorkspace> m_workspace;

    template <class W>
    W* child(const char* name) {
        return m_workspace->findChild<W*>(QLatin1String(name));
    }

    static void type(QWidget* field, const char* text) {
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
    }

    void setUp(int epochs, std::size_t samples) {
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec;
        spec.epochs = epochs;
        spec.trainSamples = samples;
        m_session->setSpec(spec);
        m_session->setDeviceId(QStringLiteral("cpu:1"));
    }

    bool isIdle() { return m_session->run().state() == RunSource::State::Idle; }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void init() {
        m_session = std::make_unique<Session>();
        m_workspace = std::make_unique<TrainWorkspace>(*m_session);
        m_workspace->resize(1180, 640);
        m_workspace->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_workspace.get()));
    }

    void cleanup() {
        m_workspace.reset();
        m_session.reset();
    }

    void theFormIsBehindOneLine() {
        auto* form = child<QWidget>("runForm");
        QVERIFY(!form->isVisible());
        auto* line = child<QToolButton>("setupDisclosure");
        QVERIFY2(line->text().contains(QStringLiteral("Adam 0.001")), qPrintable(line->text()));
        QTest::keyClick(line, Qt::Key_Space);
        QVERIFY(form->isVisible());
        QTest::mouseClick(line, Qt::LeftButton);
        QVERIFY(!form->isVisible());
    }

    void theBadgeStaysWhileTheSetupIsTheArticles() {
        m_session->setNetwork(preset("classic"));
        m_session->setSpec(TrainingSpec());
        QVERIFY(m_session->isArticleSetup());
        auto* badge = child<QWidget>("articleBadge");
        auto* reset = child<QPushButton>("resetToArticle");
        QVERIFY(badge->isVisible());
        QVERIFY(!reset->isVisible());
        child<SetupLine>("setupLine")->setOpen(true);
        type(child<QWidget>("batchSize"), "128");
        QCOMPARE(m_session->spec().batchSize, 128);
        QVERIFY(!badge->isVisible());
        QVERIFY(reset->isVisible());
        child<QComboBox>("networkBox")->setFocus();
        QTest::keyClick(child<QComboBox>("networkBox"), Qt::Key_End);
        QCOMPARE(m_session->network().name, presetNames().back());
        QTest::mouseClick(reset, Qt::LeftButton);
        QVERIFY(m_session->isArticleSetup());
        QVERIFY(badge->isVisible());
        QCOMPARE(child<QSpinBox>("batchSize")->value(), 32);
        QCOMPARE(child<QComboBox>("networkBox")->currentText(), QStringLiteral("classic"));
    }

    void whatTheSessionSaysTheFormShowsAndBack() {
        child<SetupLine>("setupLine")->setOpen(true);
        TrainingSpec spec;
        spec.optimizer.kind = OptimizerKind::Momentum;
        spec.optimizer.learningRate = 0.02f;
        spec.optimizer.momentum = 0.8f;
        spec.batchSize = 50;
        spec.epochs = 3;
        spec.seed = 99;
        spec.trainSamples = 1000;
        m_session->setSpec(spec);
        QCOMPARE(child<LogSpinBox>("learningRate")->text(), QStringLiteral("0.02"));
        QCOMPARE(child<QDoubleSpinBox>("momentum")->value(), 0.8);
        QCOMPARE(child<QLineEdit>("seed")->text(), QStringLiteral("99"));
        type(child<QWidget>("learningRate"), "0.03");
        type(child<QWidget>("seed"), "100");
        spec.optimizer.learningRate = 0.03f;
        spec.seed = 100;
        QCOMPARE(m_session->spec(), spec);
        QTest::mouseClick(
            child<QCheckBox>("newSeed"), Qt::LeftButton, {}, {8, child<QCheckBox>("newSeed")->height() / 2});
        QVERIFY(m_session->keepsSeed());
    }

    void dataThatCannotBeOpenedIsExplainedUnderItsField() {
        child<SetupLine>("setupLine")->setOpen(true);
        QTemporaryDir empty;
        m_session->openData(empty.path());
        auto* error = child<QLabel>("dataError");
        QTRY_VERIFY(error->isVisible());
        QVERIFY2(error->text().contains(empty.path()), qPrintable(error->text()));
        QCOMPARE(child<QComboBox>("dataBox")->currentIndex(), 0); // the digits, which stay
    }

    void aRunFillsCurvesFiguresAndSummary() {
        setUp(2, 640);
        auto* plot = m_workspace->findChild<TrainingPlot*>();
        auto* empty = child<QLabel>("emptyPlotText");
        QTRY_VERIFY(empty->isVisible());
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(isIdle() && !m_session->runs().empty(), 30'000);

        const RunRecord& record = m_session->runs().back().result->record;
        QCOMPARE(record.steps.size(), std::size_t{40});
        QCOMPARE(plot->curves().steps().size(), std::size_t{40});
        for (std::size_t i = 0; i < 40; ++i)
            QCOMPARE(plot->curves().steps()[i].loss, record.steps[i].loss);
        QCOMPARE(plot->curves().epochs().size(), std::size_t{2});
        QTRY_VERIFY(!empty->isVisible());

        QVERIFY(child<TabularLabel>("accuracyReadout")
                    ->text()
                    .startsWith(QLocale().toString(record.epochs.back().testAccuracy * 100, 'f', 2)));
        QVERIFY(QLocale().toDouble(child<TabularLabel>("speedReadout")->text()) > 0);
        QVERIFY(QLocale().toDouble(child<TabularLabel>("computeReadout")->text()) > 0);
        auto* summary = child<QLabel>("runSummary");
        QVERIFY(summary->isVisible());
        QVERIFY2(summary->text().contains(QStringLiteral("2 epochs in ")), qPrintable(summary->text()));
        QVERIFY2(summary->text().contains(QStringLiteral("CPU, 1 thread")), qPrintable(summary->text()));

        QSignalSpy compare(m_workspace.get(), &TrainWorkspace::compareRequested);
        summary->setFocus();
        QTest::keyClick(summary, Qt::Key_Tab); // to the link
        QTest::keyClick(summary, Qt::Key_Return);
        if (compare.isEmpty()) { // the first key may have been what entered the label
            summary->setFocus(Qt::TabFocusReason);
            QTest::keyClick(summary, Qt::Key_Return);
        }
        QCOMPARE(compare.count(), 1);
    }

    void theLearningRateReachesTheRunAndThePlot() {
        setUp(100'000, 0);
        child<SetupLine>("setupLine")->setOpen(true);
        m_session->train();
        auto* plot = m_workspace->findChild<TrainingPlot*>();
        QTRY_VERIFY_WITH_TIMEOUT(plot->curves().steps().size() > 5, 30'000);
        QVERIFY(!child<QWidget>("batchSize")->isEnabled());
        auto* rate = child<LogSpinBox>("learningRate");
        QVERIFY(rate->isEnabled());
        type(rate, "0.0005");
        QTRY_COMPARE(plot->curves().events().size(), std::size_t{1});
        QCOMPARE(plot->curves().events()[0].value, 0.0005f);
        m_session->run().stop();
        QTRY_VERIFY(isIdle() && !m_session->runs().empty());
        const RunRecord& record = m_session->runs().back().result->record;
        QCOMPARE(record.events.size(), std::size_t{1});
        QCOMPARE(record.events[0].value, 0.0005f);
        QVERIFY(record.events[0].step > 1);
        QTRY_VERIFY(child<QWidget>("batchSize")->isEnabled());
        QVERIFY(child<QLabel>("runSummary")->text().contains(QStringLiteral("Stopped after")));
    }

    void aSecondRunStartsNewCurves() {
        setUp(1, 320);
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(isIdle() && m_session->runs().size() == 1, 30'000);
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(isIdle() && m_session->runs().size() == 2, 30'000);
        auto* plot = m_workspace->findChild<TrainingPlot*>();
        QCOMPARE(plot->curves().steps().size(), std::size_t{10});
        QCOMPARE(plot->curves().steps()[3].loss, m_session->runs()[1].result->record.steps[3].loss);
    }

    void theSampleCardChoosesImagesAndShowsTheAnswer() {
        setUp(1, 320);
        auto* number = child<QSpinBox>("sampleNumber");
        QCOMPARE(number->maximum(), 10'000);
        QTest::mouseClick(child<QToolButton>("nextSample"), Qt::LeftButton);
        QCOMPARE(m_session->sample(), std::size_t{1});
        QCOMPARE(number->value(), 2);
        QTest::mouseClick(child<QToolButton>("previousSample"), Qt::LeftButton);
        QTest::mouseClick(child<QToolButton>("previousSample"), Qt::LeftButton);
        QCOMPARE(m_session->sample(), std::size_t{9999}); // round and round
        type(number, "123");
        QCOMPARE(m_session->sample(), std::size_t{122});
        const std::size_t before = m_session->sample();
        for (int i = 0; i < 10 && m_session->sample() == before; ++i)
            QTest::mouseClick(child<QPushButton>("randomSample"), Qt::LeftButton);
        QVERIFY(m_session->sample() != before);
        m_session->setSample(7);
        QCOMPARE(number->value(), 8);

        QTRY_VERIFY(m_session->probeResult() && m_session->probeResult()->probabilities.size() == 10);
        const ProbeResult& result = *m_session->probeResult();
        auto* bars = child<ClassBars>("classBars");
        QTRY_VERIFY2(bars->accessibleDescription().startsWith(QStringLiteral("Answer %1,").arg(result.predicted)),
            qPrintable(bars->accessibleDescription()));
        QVERIFY(bars->accessibleDescription().contains(QStringLiteral("True class %1.").arg(result.label)));
        const QString verdict = child<QLabel>("verdict")->text();
        QCOMPARE(verdict.contains(QStringLiteral("✓")), result.predicted == result.label);
        QCOMPARE(verdict.contains(QStringLiteral("✗")), result.predicted != result.label);
    }

    void theSampleCardTellsOfADrawingAndLeadsBack() {
        setUp(1, 320);
        m_session->setSample(7);
        auto* heading = child<QLabel>("sampleHeading");
        QCOMPARE(heading->text(), QStringLiteral("Test image"));
        const Tensor drawing{{1, 28, 28}, std::vector<float>(28 * 28, 0.5f)};
        m_session->lookAt(drawing, QStringLiteral("your drawing"));
        QCOMPARE(heading->text(), QStringLiteral("Your drawing"));
        QTRY_VERIFY(child<QLabel>("verdict")->text().contains(QStringLiteral("Nobody told its true class.")));
        QVERIFY(!child<ClassBars>("classBars")->accessibleDescription().contains(QStringLiteral("True class")));
        QTest::mouseClick(child<QToolButton>("previousSample"), Qt::LeftButton);
        QVERIFY(!m_session->looksAtPicture());
        QCOMPARE(m_session->sample(), std::size_t{7});
        QCOMPARE(heading->text(), QStringLiteral("Test image"));
        m_session->lookAt(drawing, QStringLiteral("your drawing"));
        type(child<QSpinBox>("sampleNumber"), "8"); // the number that stands there
        QVERIFY(!m_session->looksAtPicture());
        QCOMPARE(m_session->sample(), std::size_t{7});
        m_session->lookAt(drawing, QStringLiteral("your drawing"));
        QTest::mouseClick(child<QToolButton>("nextSample"), Qt::LeftButton);
        QVERIFY(!m_session->looksAtPicture());
        QCOMPARE(m_session->sample(), std::size_t{8});
    }

    /// Classes without a training image are told under the data, and found in a thread: the digits need not be drawn.
    void missingClassesAreTold() {
        child<SetupLine>("setupLine")->setOpen(true);
        auto* warning = child<QLabel>("dataWarning");
        TrainingSpec spec = m_session->spec();
        spec.trainSamples = 3;
        m_session->setSpec(spec);
        QTRY_VERIFY2(warning->isVisible() &&
                         warning->text().contains(QStringLiteral("have no image among the first 3 training images")),
            qPrintable(warning->text()));
        spec.trainSamples = 1000;
        m_session->setSpec(spec);
        QTRY_VERIFY(!warning->isVisible());
    }

    /// A run that its own rule ends is no failure: the summary says why, and nothing else is alarmed.
    void whereNoNetworkFitsTheDataItCanBeEdited() {
        // 2x2 images are too small for any layer of any preset.
        m_session->setNetwork(preset("classic"));
        QTemporaryDir scratch;
        const QString folder = scratch.filePath(QStringLiteral("small"));
        QVERIFY(testing::writeIdxFolder(folder, {1, 2, 2}, 16, 8));
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(folder);
        QVERIFY(changed.wait(20'000));
        QCOMPARE(child<QPushButton>("dataFitNotice0")->text(), QStringLiteral("Edit the network"));
        // The images are shown all the same.
        QVERIFY2(child<QLabel>("verdict")->text().startsWith(QStringLiteral("It is")),
            qPrintable(child<QLabel>("verdict")->text()));
        QTest::mouseClick(child<QPushButton>("dataFitNotice0"), Qt::LeftButton);
        QCOMPARE(m_workspace->currentPage(), QStringLiteral("network"));
    }

    void whatDoesNotFitTogetherIsNotTrained() {
        m_session->setNetwork(preset("deep")); // colour, where the digits are grey
        QSignalSpy attention(m_workspace.get(), &TrainWorkspace::attentionRequested);
        QVERIFY(!m_workspace->commitSetup());
        QCOMPARE(attention.count(), 1);
        QVERIFY(child<QWidget>("dataFitNotice")->isVisible());
        QVERIFY(child<QPushButton>("dataFitNotice0")->hasFocus()); // the way out
        setUp(1, 100);
        QVERIFY(m_workspace->commitSetup());
    }

    void aNetworkReplacedBeforeItsPageIsShownCanBeGoneBackTo() {
        m_session->setNetwork(preset("classic"));
        m_session->setNetwork(preset("tiny")); // as a notice's button does
        m_workspace->showPage(QStringLiteral("network"));
        child<QAction>("undoEdit")->trigger();
        QTRY_COMPARE(m_session->network().name, std::string("classic"));
    }

    void aRunThatReachesItsTargetSaysSo() {
        setUp(20, 320);
        QSignalSpy failures(m_session.get(), &Session::failed);
        TrainingSpec spec = m_session->spec();
        spec.stopping = {0.02f, 5};
        m_session->setSpec(spec);
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->runs().empty() && !m_session->run().isBusy(), 120'000);
        QVERIFY(m_session->runs().back().result->record.stop == StopReason::TargetReached);
        QVERIFY2(child<QLabel>("runSummary")->text().contains(QStringLiteral("the target of 2.00\u00a0% was reached")),
            qPrintable(child<QLabel>("runSummary")->text()));
        QCOMPARE(failures.count(), 0);
    }

    void summariesSayWhatWasDone() {
        RunRecord record = tests::madeUpRun(100, 5);
        QCOMPARE(runSummary(record),
            QStringLiteral("5 epochs in 5.00\u00a0s on CPU, 2 threads: 90.00\u00a0% of 100 test images right."));
        record.stop = StopReason::TargetReached;
        record.spec.stopping.targetAccuracy = 0.9f;
        QVERIFY2(runSummary(record).endsWith(
                     QStringLiteral("It stopped there because the target of 90.00\u00a0% was reached.")),
            qPrintable(runSummary(record)));
        record.stop = StopReason::NoImprovement;
        record.spec.stopping.patience = 3;
        record.keptEpoch = 2;
        QVERIFY2(
            runSummary(record).endsWith(QStringLiteral(
                "90.00\u00a0% of 100 test images right. It stopped there because the test loss had not fallen for 3 "
                "epochs. The weights that were kept are those of epoch 2, whose test loss was the lowest: "
                "66.00\u00a0% right.")),
            qPrintable(runSummary(record)));
        record.stop = StopReason::Completed;
        QVERIFY(runSummary(record).contains(QStringLiteral("The weights that were kept are those of epoch 2")));
        record.keptEpoch = 5;
        QVERIFY(!runSummary(record).contains(QStringLiteral("kept")));
        record.keptEpoch = 0;
        record.stop = StopReason::Stopped;
        record.epochs.resize(1);
        QVERIFY(runSummary(record).startsWith(QStringLiteral("Ended early: 1 epoch in 1.00")));
        record.epochs.clear();
        QVERIFY(runSummary(record).startsWith(QStringLiteral("Stopped after 500 steps")));
        record.steps.resize(1);
        QVERIFY(runSummary(record).startsWith(QStringLiteral("Stopped after 1 step (")));
    }

    void everyControlHasANameAndATip() {
        child<SetupLine>("setupLine")->setOpen(true);
        int seen = 0;
        for (QWidget* widget : m_workspace->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->objectName().startsWith("qt_"))
                continue;
            ++seen;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(),
                qPrintable(widget->objectName() + widget->metaObject()->className()));
        }
        QVERIFY(seen > 15);
    }
};

QTEST_MAIN(TrainWorkspaceTest)
#include "train_workspace_test.moc"
