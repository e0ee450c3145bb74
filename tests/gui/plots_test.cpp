// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/made_up_run.h"
#include "train/curve_pane.h"
#include "train/plot_style.h"
#include "train/plots_panel.h"
#include "train/run_progress.h"
#include "train/training_plot.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QtTest>

#include <memory>

using namespace kernelscope;
using tests::madeUpRun;

class PlotsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<PlotsPanel> m_panel;
    RunRecord m_record;

    TrainingPlot& plot() { return m_panel->plot(); }
    CurvePane& loss() { return plot().pane(CurveQuantity::Loss); }
    CurvePane& accuracy() { return plot().pane(CurveQuantity::Accuracy); }

    template <class W>
    W* child(const char* name) {
        return m_panel->findChild<W*>(QLatin1String(name));
    }

    /// Waits until all that was asked for is drawn.
    void drawn() {
        QSignalSpy replots(&plot(), &QCustomPlot::afterReplot);
        plot().setRunning(true); // either of the two asks for a replot
        plot().setRunning(false);
        QTRY_VERIFY(replots.count() > 0);
    }

    static int sizeOf(const QCPGraph* graph) { return graph->dataCount(); }

    QPoint inLoss(double x, double y) {
        const QRect rect = loss().axisRect()->rect();
        return {rect.left() + static_cast<int>(rect.width() * x), rect.top() + static_cast<int>(rect.height() * y)};
    }

    void wheel(const QPoint& at, int notches) {
        QWheelEvent event(
            at, plot().mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&plot(), &event);
    }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void init() {
        m_record = madeUpRun(100, 3);
        m_panel = std::make_unique<PlotsPanel>([this] { return &m_record; });
        m_panel->resize(900, 600);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }

    void cleanup() { m_panel.reset(); }

    void smoothingIsTheBiasCorrectedMean() {
        ExponentialSmoother none(0);
        QCOMPARE(none.add(3), 3.0);
        QCOMPARE(none.add(5), 5.0);
        ExponentialSmoother smoother(0.9);
        // By hand: m = 0.1 * 2 = 0.2, / 0.1 = 2; then 0.18 + 0.4 = 0.58, / 0.19; then 0.522 + 0.6 = 1.122, / 0.271.
        QCOMPARE(smoother.add(2), 2.0);
        QCOMPARE(smoother.add(4), 0.58 / 0.19);
        QVERIFY(std::isnan(smoother.add(std::nan(""))));
        QCOMPARE(smoother.add(6), 1.122 / 0.271); // as if the NaN had not been
        ExponentialSmoother constant(0.99);
        for (int i = 0; i < 1000; ++i)
            QVERIFY(qAbs(constant.add(0.7) - 0.7) < 1e-12);
    }

    void positionsOnEachAxis() {
        RunCurves curves;
        curves.begin(m_record);
        QCOMPARE(curves.stepsPerEpoch(), 100);
        QCOMPARE(curves.totalSteps(), 300);
        QCOMPARE(curves.position(m_record.steps[149], CurveAxis::Steps), 150.0);
        QCOMPARE(curves.position(m_record.steps[149], CurveAxis::Epochs), 1.5);
        QCOMPARE(curves.position(m_record.steps[149], CurveAxis::Seconds), 1.5);
        QCOMPARE(curves.position(m_record.epochs[1], CurveAxis::Epochs), 2.0);
        QCOMPARE(curves.position(RunEvent{RunEvent::Kind::LearningRate, 51, 1}, CurveAxis::Seconds), 0.5);
        QCOMPARE(curves.nearestStep(-5, CurveAxis::Steps), std::size_t{0});
        QCOMPARE(curves.nearestStep(10.4, CurveAxis::Steps), std::size_t{9});
        QCOMPARE(curves.nearestStep(10.6, CurveAxis::Steps), std::size_t{10});
        QCOMPARE(curves.nearestStep(1e9, CurveAxis::Epochs), std::size_t{299});
        QVERIFY(!curves.epochAt(99));
        QCOMPARE(curves.epochAt(100)->epoch, 1);
        QCOMPARE(curves.epochAt(299)->epoch, 2);
    }

    void speedAndTimeLeft() {
        RunProgress progress;
        QVERIFY(!progress.imagesPerSecond());
        progress.begin(madeUpRun(100, 3));
        QCOMPARE(progress.epoch(), 3);
        QCOMPARE(progress.fraction(), 1.0);
        QVERIFY(
            qAbs(*progress.imagesPerSecond() - 3200) < 1e-6); // 32 images in 10 ms; the small last batch is no median
        QVERIFY(qAbs(*progress.secondsLeft()) < 1e-9);
        QCOMPARE(*progress.bestTestAccuracy(), 0.9);

        RunRecord half = madeUpRun(100, 3);
        half.steps.resize(150);
        half.epochs.resize(1);
        progress.begin(half);
        QVERIFY(qAbs(*progress.secondsLeft() - (150 * 0.01 + 2 * 1.0)) < 1e-6); // and two tests of a second
        QCOMPARE(progress.epoch(), 2);
        // A stall of one step among a hundred moves no median.
        progress.addSteps(std::vector<StepPoint>{{151, 2.0, 1, 1, 32}});
        QVERIFY(qAbs(*progress.imagesPerSecond() - 3200) < 1e-6);
    }

    void emptyPlotSaysWhatToDo() {
        plot().setEmptyText(QStringLiteral("Press Train"));
        auto* text = child<QLabel>("emptyPlotText");
        QTRY_VERIFY(text->isVisible());
        QVERIFY(plot().rect().contains(text->geometry()));
        plot().begin(m_record);
        QTRY_VERIFY(!text->isVisible());
        plot().clear();
        QTRY_VERIFY(text->isVisible());
        QCOMPARE(sizeOf(loss().rawGraph()), 0);
    }

    void everyPointIsDrawnOnce() {
        RunRecord begun = m_record;
        begun.steps.resize(10);
        begun.epochs.clear();
        plot().begin(begun);
        plot().addSteps(m_record.steps); // the first ten are known
        for (const EpochResult& epoch : m_record.epochs)
            plot().addEpoch(epoch);
        plot().addEpoch(m_record.epochs.back());
        QTRY_COMPARE(sizeOf(loss().rawGraph()), 300);
        QCOMPARE(sizeOf(loss().smoothedGraph()), 300);
        QCOMPARE(sizeOf(loss().testGraph()), 3);
        QCOMPARE(sizeOf(accuracy().testGraph()), 3);
        for (int i = 0; i < 300; ++i) {
            const StepPoint& point = m_record.steps[static_cast<std::size_t>(i)];
            QCOMPARE(loss().rawGraph()->data()->at(i)->value, static_cast<double>(point.loss));
            QCOMPARE(accuracy().rawGraph()->data()->at(i)->value, static_cast<double>(point.correct) / point.count);
        }
        QCOMPARE(accuracy().testGraph()->data()->at(2)->value, m_record.epochs[2].testAccuracy);
    }

    void smoothingSliderKeepsTheRawCurve() {
        plot().begin(m_record);
        auto* slider = child<QSlider>("smoothingSlider");
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(slider->value(), 0);
        for (int i = 0; i < 300; ++i)
            QCOMPARE(loss().smoothedGraph()->data()->at(i)->value, loss().rawGraph()->data()->at(i)->value);
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(slider->value(), 99);
        QCOMPARE(child<QLabel>("smoothingValue")->text(), QStringLiteral("0.99"));
        ExponentialSmoother expected(0.99);
        for (int i = 0; i < 300; ++i)
            QCOMPARE(loss().smoothedGraph()->data()->at(i)->value,
                expected.add(static_cast<double>(m_record.steps[static_cast<std::size_t>(i)].loss)));
        QVERIFY(loss().rawGraph()->visible());
        QCOMPARE(sizeOf(loss().rawGraph()), 300);
    }

    void oneStepIsADot() {
        const auto colouredPixels = [this] {
            drawn();
            const QImage image = plot().grab().toImage();
            const QRect pane = loss().axisRect()->rect();
            const QColor training = PlotStyle::fromPalette(plot().palette()).training;
            int count = 0;
            for (int y = pane.top(); y <= pane.bottom(); ++y)
                for (int x = pane.left(); x <= pane.right(); ++x)
                    count += image.pixelColor(x, y) == training ? 1 : 0;
            return count;
        };
        RunRecord begun = m_record;
        begun.epochs.clear();
        begun.steps.clear();
        plot().setRunning(true);
        plot().begin(begun);
        QCOMPARE(colouredPixels(), 0);
        begun.steps.assign(1, m_record.steps.front());
        plot().begin(begun);
        QTRY_VERIFY(colouredPixels() > 10);
        RunProgress progress;
        progress.begin(begun);
        QCOMPARE(progress.trainingLoss().value(), static_cast<double>(begun.steps.front().loss));
    }

    void theLastTestsLabelStaysInsideItsPane() {
        for (const double testValue : {0.0001, 0.5, 50.0}) {
            m_record.epochs.back().testLoss = testValue;
            m_record.epochs.back().testAccuracy = std::min(testValue, 1.0);
            plot().begin(m_record);
            drawn();
            plot().replot();
            for (const CurvePane* pane : {&loss(), &accuracy()}) {
                const QRectF label = pane->lastTestLabelRect();
                QVERIFY(!label.isEmpty());
                QVERIFY2(QRectF(pane->axisRect()->rect()).contains(label),
                    qPrintable(QStringLiteral("%1: %2 to %3").arg(testValue).arg(label.top()).arg(label.bottom())));
            }
        }
    }

    void axisBoxSwitchesTheAxis() {
        plot().begin(m_record);
        drawn();
        QVERIFY(loss().xAxis()->range().contains(300));
        auto* box = child<QComboBox>("axisBox");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(plot().axis(), CurveAxis::Epochs);
        drawn();
        QCOMPARE(loss().rawGraph()->data()->at(149)->key, 1.5);
        QCOMPARE(accuracy().testGraph()->data()->at(2)->key, 3.0);
        QCOMPARE(accuracy().xAxis()->range().upper, 3.03);
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(plot().axis(), CurveAxis::Seconds);
        QCOMPARE(loss().rawGraph()->data()->at(149)->key, m_record.steps[149].seconds);
        QVERIFY(accuracy().xAxis()->label().contains(QStringLiteral("Seconds")));
    }

    void logarithmicLossShowsAllPoints() {
        plot().begin(m_record);
        QTest::mouseClick(child<QCheckBox>("logarithmicLoss"), Qt::LeftButton, {},
            {8, child<QCheckBox>("logarithmicLoss")->height() / 2});
        QVERIFY(loss().isLogarithmic());
        QVERIFY(!accuracy().isLogarithmic());
        drawn();
        for (const StepPoint& point : m_record.steps)
            QVERIFY(loss().yAxis()->range().contains(static_cast<double>(point.loss)));
        QVERIFY(loss().yAxis()->range().lower > 0);
    }

    void followsUntilTheWheelZoomsAndAgainAfterADoubleClick() {
        RunRecord begun = m_record;
        begun.steps.resize(100);
        begun.epochs.clear();
        plot().setRunning(true);
        plot().begin(begun);
        QTRY_VERIFY(loss().xAxis()->range().contains(100));
        QVERIFY(plot().isFollowing());
        auto* button = child<QPushButton>("followButton");
        QVERIFY(!button->isEnabled());

        const QCPRange before = loss().xAxis()->range();
        wheel(inLoss(0.5, 0.5), 2);
        const QCPRange zoomed = loss().xAxis()->range();
        QVERIFY(zoomed.size() < before.size());
        QCOMPARE(accuracy().xAxis()->range(), zoomed); // one time axis for both
        QVERIFY(!plot().isFollowing());
        QVERIFY(button->isEnabled());

        plot().addSteps(m_record.steps);
        QTRY_COMPARE(sizeOf(loss().rawGraph()), 300);
        QCOMPARE(loss().xAxis()->range(), zoomed); // stays where the user looks

        QTest::mouseDClick(&plot(), Qt::LeftButton, {}, inLoss(0.5, 0.5));
        QVERIFY(plot().isFollowing());
        QTRY_VERIFY(loss().xAxis()->range().contains(300));
        QCOMPARE(loss().xAxis()->range().lower, 0.0);

        wheel(inLoss(0.5, 0.5), 1);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(plot().isFollowing());
        plot().setRunning(false);
        QTRY_COMPARE(loss().xAxis()->range().upper, 303.0); // at the end hardly any room is kept
    }

    void aDraggedRectangleIsShownLarge() {
        plot().begin(m_record);
        drawn();
        const QPoint from = inLoss(0.2, 0.3);
        const QPoint to = inLoss(0.6, 0.8);
        const double left = loss().xAxis()->pixelToCoord(from.x());
        const double right = loss().xAxis()->pixelToCoord(to.x());
        const double top = loss().yAxis()->pixelToCoord(from.y());
        const double bottom = loss().yAxis()->pixelToCoord(to.y());
        QTest::mousePress(&plot(), Qt::LeftButton, {}, from);
        QTest::mouseMove(&plot(), (from + to) / 2);
        QTest::mouseMove(&plot(), to);
        QTest::mouseRelease(&plot(), Qt::LeftButton, {}, to);
        const double pixel = (right - left) / (to.x() - from.x());
        QVERIFY(qAbs(loss().xAxis()->range().lower - left) <= 2 * pixel);
        QVERIFY(qAbs(loss().xAxis()->range().upper - right) <= 2 * pixel);
        QVERIFY(qAbs(loss().yAxis()->range().upper - top) < 0.05);
        QVERIFY(qAbs(loss().yAxis()->range().lower - bottom) < 0.05);
        QVERIFY(!plot().isFollowing());

        // A click without a drag zooms into nothing.
        const QCPRange range = loss().xAxis()->range();
        QTest::mouseClick(&plot(), Qt::LeftButton, {}, inLoss(0.5, 0.5));
        QCOMPARE(loss().xAxis()->range(), range);
    }

    void zoomingOutEndsAtTheWholeRun() {
        plot().begin(m_record);
        drawn();
        for (int i = 0; i < 20; ++i)
            wheel(inLoss(0.5, 0.5), -1);
        QVERIFY(loss().xAxis()->range().lower >= 0);
        QVERIFY(loss().xAxis()->range().upper < 400);
    }

    void keysZoomPanAndRead() {
        plot().begin(m_record);
        drawn();
        plot().setFocus();
        QTest::keyClick(&plot(), Qt::Key_Plus);
        const QCPRange zoomed = loss().xAxis()->range();
        QVERIFY(zoomed.size() < 290);
        QTest::keyClick(&plot(), Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(loss().xAxis()->range().lower > zoomed.lower);
        QTest::keyClick(&plot(), Qt::Key_Home);
        QVERIFY(plot().isFollowing());
        QTest::keyClick(&plot(), Qt::Key_Right);
        QVERIFY(loss().cursorText().contains(QStringLiteral("Step 1,")));
        QTest::keyClick(&plot(), Qt::Key_Right);
        QVERIFY(loss().cursorText().contains(QStringLiteral("Step 4,"))); // a hundredth of 300
        QTest::keyClick(&plot(), Qt::Key_Escape);
        QCOMPARE(loss().cursorText(), QString());
    }

    void hoverShowsTheValuesThere() {
        plot().begin(m_record);
        plot().setSmoothing(0);
        drawn();
        const double x = loss().xAxis()->coordToPixel(250);
        QTest::mouseMove(&plot(), QPoint(static_cast<int>(std::lround(x)), inLoss(0.5, 0.5).y()));
        const std::size_t nearest =
            plot().curves().nearestStep(loss().xAxis()->pixelToCoord(std::round(x)), CurveAxis::Steps);
        const StepPoint& point = m_record.steps[nearest];
        QTRY_VERIFY(!loss().cursorText().isEmpty());
        QVERIFY2(
            loss().cursorText().contains(QStringLiteral("Step %1,").arg(point.step)), qPrintable(loss().cursorText()));
        QVERIFY(loss().cursorText().contains(QLocale().toString(static_cast<double>(point.loss), 'f', 3).left(4)));
        QVERIFY(loss().cursorText().contains(QStringLiteral("after epoch 2")));
        QVERIFY(accuracy().cursorText().contains(QStringLiteral("Training")));
        QTest::mouseMove(&plot(), QPoint(2, 2));
        QTRY_COMPARE(loss().cursorText(), QString());
    }

    void changesOfTheLearningRateAreMarkedAndLabelled() {
        plot().begin(m_record);
        plot().addEvent({RunEvent::Kind::LearningRate, 101, 0.0005f});
        plot().addEvent({RunEvent::Kind::LearningRate, 101, 0.0005f});
        QTRY_COMPARE(loss().eventLabels(), QStringList{QStringLiteral("learning rate 0.0005")});
        QCOMPARE(accuracy().eventLabels().size(), 1);
    }

    void coloursFollowThePalette() {
        plot().begin(m_record);
        QPalette dark;
        dark.setColor(QPalette::Base, Qt::black);
        dark.setColor(QPalette::Text, Qt::white);
        plot().setPalette(dark);
        QTRY_COMPARE(plot().grab().toImage().pixelColor(2, 2), QColor(Qt::black));
        QCOMPARE(loss().smoothedGraph()->pen().color(), PlotStyle::fromPalette(dark).training);
    }

    void aScreenReaderHearsTheFigures() {
        plot().begin(m_record);
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&plot());
        QVERIFY(accessible);
        QCOMPARE(accessible->role(), QAccessible::Chart);
        QVERIFY(!accessible->text(QAccessible::Name).isEmpty());
        const QString value = accessible->text(QAccessible::Value);
        QVERIFY2(value.contains(QStringLiteral("Step 300")), qPrintable(value));
        QVERIFY2(value.contains(QStringLiteral("test accuracy 90.00")), qPrintable(value));
    }

    void allControlsHaveNamesAndTips() {
        for (QWidget* widget : m_panel->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), qPrintable(widget->objectName()));
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        }
    }

    void aHundredThousandPointsStaySmooth() {
        plot().begin(madeUpRun(20'000, 5));
        drawn();
        double fastest = 1e9;
        for (int i = 0; i < 5; ++i) {
            plot().replot(QCustomPlot::rpQueuedRefresh);
            fastest = std::min(fastest, plot().replotTime());
        }
        qInfo("replot of both panes, 100,000 steps each: %.1f ms", fastest);
        QCOMPARE(sizeOf(loss().rawGraph()), 100'000);
    }

    void newPointsAreDrawnAtMostTwentyFiveTimesASecond() {
        RunRecord begun = m_record;
        begun.steps.clear();
        begun.epochs.clear();
        plot().begin(begun);
        drawn();
        QSignalSpy replots(&plot(), &QCustomPlot::afterReplot);
        QElapsedTimer clock;
        clock.start();
        std::size_t sent = 0;
        while (sent < m_record.steps.size()) {
            plot().addSteps(std::span(m_record.steps).subspan(sent++, 1));
            QTest::qWait(1);
        }
        QTRY_COMPARE(sizeOf(loss().rawGraph()), 300);
        QVERIFY(replots.count() <= clock.elapsed() / 40 + 1);
        QVERIFY(replots.count() >= 1);
    }
};

QTEST_MAIN(PlotsTest)
#include "plots_test.moc"
