// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/training_run.h"

#include "fake_executor.h"
#include "training/stopping.h"

#include <QtTest>

#include <atomic>
#include <cmath>
#include <mutex>
#include <set>
#include <thread>

using namespace kernelscope;

namespace {

constexpr std::size_t trainCount = 20001; // the last batch is smaller
constexpr std::size_t testCount = 5000;
constexpr int batchSize = 2;
constexpr std::int64_t epochSteps = 10001;

DataSetPtr points() {
    static const DataSetPtr data = [] {
        DataInfo info;
        info.name = "points";
        info.shape = {1, 1, 1};
        info.classes = 2;
        info.classNames = {"0", "1"};
        MemoryDataSet::Part train{std::vector<std::uint8_t>(trainCount), std::vector<std::uint8_t>(trainCount)};
        MemoryDataSet::Part test{std::vector<std::uint8_t>(testCount), std::vector<std::uint8_t>(testCount)};
        return std::make_shared<const MemoryDataSet>(info, std::move(train), std::move(test));
    }();
    return data;
}

/// Keeps all that it is told. May be read from another thread through lastStep() and lastSnapshot().
class Listener final : public RunObserver {
public:
    int starts = 0;
    std::vector<StepPoint> points;
    std::vector<EpochResult> epochs;
    std::vector<EpochPredictionsPtr> predictions;
    std::vector<RunEvent> events;
    std::vector<SnapshotPtr> snapshots;
    std::vector<std::pair<std::size_t, std::size_t>> evaluations;
    bool wants = false;
    bool early = false; ///< A snapshot was told of before its step was.

    void started(const RunRecord&) override { ++starts; }
    void stepsMade(std::span<const StepPoint> made) override {
        const std::lock_guard lock(m_mutex);
        points.insert(points.end(), made.begin(), made.end());
    }
    void epochDone(const EpochResult& result) override { epochs.push_back(result); }
    void predicted(const EpochPredictionsPtr& made) override { predictions.push_back(made); }
    void eventHappened(const RunEvent& event) override { events.push_back(event); }
    void snapshotTaken(const SnapshotPtr& snapshot) override {
        const std::lock_guard lock(m_mutex);
        early = early || snapshot->step > (points.empty() ? 0 : points.back().step);
        snapshots.push_back(snapshot);
    }
    void evaluating(std::size_t done, std::size_t total) override { evaluations.emplace_back(done, total); }
    bool wantsSnapshot() override { return wants; }

    std::int64_t lastStep() const {
        const std::lock_guard lock(m_mutex);
        return points.empty() ? 0 : points.back().step;
    }
    std::int64_t lastSnapshot() const {
        const std::lock_guard lock(m_mutex);
        return snapshots.empty() ? -1 : snapshots.back()->step;
    }

private:
    mutable std::mutex m_mutex;
};

/// A run over the points with a fake device. A thread that it started is joined, cancelled, at the end.
struct Bench {
    RunSetup setup;
    FakeExecutor executor;
    RunControl control;
    Listener listener;
    RunResult result;
    std::thread thread;

    explicit Bench(int epochs = 1, int mostCopies = 0)
        : setup{{"points", {1, 1, 1}, {Dense{2}}}, {}, "fake", points()},
          executor(setup.network) {
        setup.spec.batchSize = batchSize;
        setup.spec.epochs = epochs;
        setup.spec.seed = 11;
        executor.mostCopies = static_cast<std::size_t>(mostCopies);
    }
    ~Bench() {
        if (thread.joinable()) {
            control.cancel();
            thread.join();
        }
    }

    std::int64_t totalSteps() const { return epochSteps * setup.spec.epochs; }

    void run() { result = TrainingRun(executor, setup, control, listener, RunRecord{}, totalSteps()).go(); }
    void runInThread() {
        thread = std::thread([this] { run(); });
    }
    void join() { thread.join(); }
};

} // namespace

/// The loop over epochs, turns, steps, drains and snapshots, on a device that computes nothing.
class TrainingRunTest : public QObject {
    Q_OBJECT

    /// Of an executor that makes none, few or many copies while it trains.
    static void waysToCopy() {
        QTest::addColumn<int>("mostCopies");
        QTest::newRow("read") << 0;
        for (const int most : {1, 4})
            QTest::addRow("%d under way", most) << most;
    }

private slots:
    void everySampleOnceAnEpochInTheSeedsOrder() {
        Bench bench(2);
        bench.run();
        std::vector<std::uint32_t> visited;
        std::int64_t next = 1;
        for (const FakeExecutor::Call& call : bench.executor.calls) {
            QCOMPARE(call.firstStep, next);
            QCOMPARE(call.learningRates.size(), call.steps);
            next += static_cast<std::int64_t>(call.steps);
            visited.insert(visited.end(), call.samples.begin(), call.samples.end());
        }
        QCOMPARE(next - 1, bench.totalSteps());
        std::vector<std::uint32_t> expected = epochOrder(11, 1, trainCount);
        const std::vector<std::uint32_t> second = epochOrder(11, 2, trainCount);
        expected.insert(expected.end(), second.begin(), second.end());
        QVERIFY(visited == expected);
        QCOMPARE(bench.result.record.stop, StopReason::Completed);
        QCOMPARE(bench.listener.starts, 1);
        QVERIFY(bench.result.record.message.empty());
    }

    void trainSamplesLimitsTheEpoch() {
        Bench bench;
        bench.setup.spec.trainSamples = 7;
        bench.result = TrainingRun(bench.executor, bench.setup, bench.control, bench.listener, {}, 4).go();
        std::multiset<std::uint32_t> visited;
        for (const FakeExecutor::Call& call : bench.executor.calls)
            visited.insert(call.samples.begin(), call.samples.end());
        QVERIFY((visited == std::multiset<std::uint32_t>{0, 1, 2, 3, 4, 5, 6}));
        QCOMPARE(bench.listener.points.back().count, 1);
    }

    void everyStepIsToldExactlyOnce() {
        Bench bench(2);
        bench.run();
        const std::vector<StepPoint>& told = bench.listener.points;
        QCOMPARE(told.size(), static_cast<std::size_t>(bench.totalSteps()));
        QCOMPARE(bench.result.record.steps.size(), told.size());
        double before = 0;
        for (std::size_t i = 0; i < told.size(); ++i) {
            QCOMPARE(told[i].step, static_cast<std::int64_t>(i) + 1);
            QCOMPARE(told[i].loss, 1.0f / static_cast<float>(i + 1));
            QVERIFY(told[i].seconds >= before);
            before = told[i].seconds;
            QCOMPARE(bench.result.record.steps[i].step, told[i].step);
        }
        QCOMPARE(told[epochSteps - 1].count, 1);
        QCOMPARE(told[epochSteps - 2].count, 2);
    }

    void manyStepsACallAndFewDrains() {
        Bench bench;
        std::size_t most = 0;
        std::size_t undrained = 0;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            most = std::max(most, call.steps);
            undrained = std::max(undrained, bench.executor.undrained());
        };
        bench.run();
        QVERIFY2(most > 1, "a fast device is handed several steps at once");
        QVERIFY(most <= 64);
        QVERIFY(undrained > 1);
        QVERIFY(bench.executor.drains < static_cast<int>(bench.totalSteps()) / 4);
        QCOMPARE(bench.executor.undrained(), std::size_t{0});
        QCOMPARE(bench.executor.readsOfUndrained(), 0);
    }

    void epochFiguresAreMeansOverItsImages() {
        Bench bench(2);
        bench.run();
        QCOMPARE(bench.listener.epochs.size(), std::size_t{2});
        QCOMPARE(bench.result.record.epochs.size(), std::size_t{2});
        std::int64_t step = 0;
        for (const EpochResult& epoch : bench.listener.epochs) {
            double loss = 0;
            std::int64_t correct = 0;
            for (std::int64_t i = 0; i < epochSteps; ++i) {
                const StepPoint& point = bench.listener.points[static_cast<std::size_t>(step++)];
                loss += static_cast<double>(point.loss) * point.count;
                correct += point.correct;
            }
            QCOMPARE(epoch.lastStep, step);
            QCOMPARE(epoch.trainLoss, loss / trainCount);
            QCOMPARE(epoch.trainAccuracy, static_cast<double>(correct) / trainCount);
            QCOMPARE(epoch.testLoss, 0.5);
            QCOMPARE(epoch.testAccuracy, 1.0);
            QVERIFY(epoch.trainSeconds > 0 && epoch.testSeconds >= 0);
        }
        QCOMPARE(bench.listener.epochs[1].epoch, 2);
        const std::vector<EpochResult>& epochs = bench.result.record.epochs;
        QVERIFY(epochs[1].endSeconds > epochs[0].endSeconds);
        QVERIFY(std::abs(epochs[0].trainSeconds + epochs[1].trainSeconds - bench.result.record.phases.train) < 1e-9);
    }

    void evaluationSeesEveryTestImageOnce() {
        Bench bench(2);
        std::vector<SampleRange> ranges;
        bench.executor.onEvaluate = [&](SampleRange range) { ranges.push_back(range); };
        bench.run();
        QCOMPARE(bench.executor.evaluatedImages, 2 * testCount);
        std::size_t at = 0;
        for (const SampleRange& range : ranges) {
            QVERIFY(range.split == Split::Test);
            QCOMPARE(range.first, at % testCount);
            at += range.count;
        }
        QCOMPARE(bench.listener.evaluations.back().first, testCount);
        QCOMPARE(bench.listener.evaluations.back().second, testCount);
    }

    void snapshotsAtTheirSteps_data() { waysToCopy(); }
    void snapshotsAtTheirSteps() {
        QFETCH(int, mostCopies);
        Bench bench(2, mostCopies);
        bench.run();
        std::set<std::int64_t> taken;
        std::int64_t before = -1;
        for (const SnapshotPtr& snapshot : bench.listener.snapshots) {
            QVERIFY(snapshot->step > before);
            before = snapshot->step;
            taken.insert(snapshot->step);
            // The fake's first parameter counts updates: the copy is of that very step.
            QCOMPARE(snapshot->parameters[0], static_cast<float>(snapshot->step));
            QCOMPARE(snapshot->epoch, static_cast<double>(snapshot->step) / epochSteps);
        }
        const std::size_t bytes = bench.executor.arenaSize(Arena::Parameters) * sizeof(float);
        for (const std::int64_t step : snapshotSteps(bench.totalSteps(), bytes))
            QVERIFY2(taken.count(step), qPrintable(QString::number(step)));
        QVERIFY(taken.count(epochSteps)); // what an epoch's test figures are of
        QCOMPARE(bench.result.weights->step, bench.totalSteps());
        QCOMPARE(bench.result.weights, bench.listener.snapshots.back());
        // Copies are begun while the device trains, in the number that it has room for, and none is forgotten.
        QCOMPARE(bench.executor.copiesOfUndrained > 0, mostCopies > 0);
        QCOMPARE(bench.executor.mostUnderWay, static_cast<std::size_t>(mostCopies));
        QVERIFY(bench.executor.allCopiesTaken());
        QCOMPARE(bench.executor.readsOfUndrained(), 0);
    }

    /// A snapshot is told after the figures of its step, with the time of that step.
    void copiesAreOfTheirStepsTime() {
        Bench bench(1, 4);
        bench.run();
        QVERIFY(!bench.listener.early);
        for (const SnapshotPtr& snapshot : bench.listener.snapshots) {
            if (snapshot->step == 0)
                continue;
            const StepPoint& point = bench.result.record.steps[static_cast<std::size_t>(snapshot->step) - 1];
            QVERIFY(std::abs(snapshot->seconds - point.seconds) <= 1e-9);
        }
    }

    void aWantedSnapshotIsTakenAfterEachCall() {
        Bench bench;
        bench.listener.wants = true;
        bench.run();
        QCOMPARE(bench.listener.snapshots.size(), bench.executor.calls.size() + 1);
        QCOMPARE(bench.executor.readsOfUndrained(), 0);
    }

    void nonFiniteInTheMiddleOfACall_data() {
        QTest::addColumn<int>("step");
        QTest::addColumn<int>("mostCopies");
        for (const int step : {1, 2, 5000, 5001, 5002, 5003, 5037, 10001, 15000}) {
            QTest::addRow("step %d", step) << step << 0;
            QTest::addRow("step %d, with copies", step) << step << 4;
        }
    }

    void nonFiniteInTheMiddleOfACall() {
        QFETCH(int, step);
        QFETCH(int, mostCopies);
        Bench bench(2, mostCopies);
        bench.executor.nonFiniteFrom = step;
        bench.run();
        const RunRecord& record = bench.result.record;
        QCOMPARE(record.stop, StopReason::NonFinite);
        // The curves end with the last finite loss.
        QCOMPARE(record.steps.size(), static_cast<std::size_t>(step - 1));
        QCOMPARE(bench.listener.points.size(), record.steps.size());
        for (const StepPoint& point : record.steps)
            QVERIFY(std::isfinite(point.loss));
        QCOMPARE(record.epochs.size(), std::size_t(step > epochSteps ? 1 : 0));
        // The weights are those of a snapshot before it, on the device too, and the message says which.
        const std::int64_t kept = bench.result.weights->step;
        QVERIFY(kept < step);
        QCOMPARE(bench.result.weights->parameters[0], static_cast<float>(kept));
        QCOMPARE(bench.listener.snapshots.back(), bench.result.weights);
        std::vector<float> parameters(bench.executor.arenaSize(Arena::Parameters));
        bench.executor.read(Arena::Parameters, parameters);
        QVERIFY(parameters == bench.result.weights->parameters);
        const QString message = QString::fromStdString(record.message);
        QVERIFY2(message.contains(QString("at step %1.").arg(step)), qPrintable(message));
        QVERIFY2(message.contains(kept == 0 ? QString("the first ones") : QString("after step %1.").arg(kept)),
            qPrintable(message));
        QVERIFY(!bench.executor.trainedOn);
        QVERIFY(bench.executor.allCopiesTaken());
    }

    void weightsThatAreNotFiniteStopTheRun_data() { waysToCopy(); }
    void weightsThatAreNotFiniteStopTheRun() {
        QFETCH(int, mostCopies);
        Bench bench(1, mostCopies);
        bench.executor.spoilsWeightsAt = 4000;
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::NonFinite);
        QVERIFY(bench.result.weights->step < 4000);
        for (const float value : bench.result.weights->parameters)
            QVERIFY(std::isfinite(value));
        QVERIFY(QString::fromStdString(bench.result.record.message).startsWith("The weights were no longer finite"));
    }

    void theLastUpdateMayNotSpoilTheWeights_data() { waysToCopy(); }
    void theLastUpdateMayNotSpoilTheWeights() {
        QFETCH(int, mostCopies);
        Bench bench(1, mostCopies);
        bench.executor.spoilsWeightsAt = bench.totalSteps();
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::NonFinite);
        QVERIFY(std::isfinite(bench.result.weights->parameters.back()));
        QVERIFY(bench.result.record.epochs.empty());
    }

    void aLearningRateHoldsFromItsRecordedStep() {
        Bench bench;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            if (call.firstStep <= 3000 && call.firstStep + static_cast<std::int64_t>(call.steps) > 3000)
                bench.control.setLearningRate(0.25f);
            if (call.firstStep <= 6000 && call.firstStep + static_cast<std::int64_t>(call.steps) > 6000)
                bench.control.setLearningRate(0.25f); // no change, no event
        };
        bench.run();
        QCOMPARE(bench.result.record.events.size(), std::size_t{1});
        QCOMPARE(bench.listener.events.size(), std::size_t{1});
        const RunEvent event = bench.listener.events.front();
        QCOMPARE(event.kind, RunEvent::Kind::LearningRate);
        QCOMPARE(event.value, 0.25f);
        QVERIFY(event.step > 3000 && event.step <= 3065);
        for (const FakeExecutor::Call& call : bench.executor.calls)
            for (std::size_t i = 0; i < call.steps; ++i) {
                const bool after = call.firstStep + static_cast<std::int64_t>(i) >= event.step;
                QCOMPARE(call.learningRates[i], after ? 0.25f : bench.setup.spec.optimizer.learningRate);
            }
        QCOMPARE(bench.result.record.spec.optimizer.learningRate, OptimizerSpec{}.learningRate);
    }

    /// Paused means: no more steps, and every step made is on the curves and in the views.
    void aPausedRunShowsEveryStepMade_data() { waysToCopy(); }
    void aPausedRunShowsEveryStepMade() {
        QFETCH(int, mostCopies);
        Bench bench(1, mostCopies);
        std::atomic<std::int64_t> made = 0;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            made = call.firstStep + static_cast<std::int64_t>(call.steps) - 1;
            if (made >= 2500 && made < 2500 + 64)
                bench.control.pause();
        };
        bench.runInThread();
        QTRY_VERIFY(made >= 2500 && bench.listener.lastStep() == made && bench.listener.lastSnapshot() == made);

        // Each step asked for is one step, shown at once.
        for (int i = 0; i < 5; ++i) {
            const std::int64_t before = made;
            if (before >= 2500 + 64)
                break;
            bench.control.step();
            QTRY_COMPARE(bench.listener.lastSnapshot(), before + 1);
            QCOMPARE(made.load(), before + 1);
            QCOMPARE(bench.listener.lastStep(), before + 1);
        }
        const std::int64_t before = made;
        bench.control.setLearningRate(0.5f);
        bench.executor.onTrain = [](const FakeExecutor::Call&) {};
        bench.control.resume();
        bench.join();
        QCOMPARE(bench.result.record.stop, StopReason::Completed);
        QCOMPARE(bench.listener.points.size(), static_cast<std::size_t>(bench.totalSteps()));
        QCOMPARE(bench.listener.events.front().step, before + 1);
        QVERIFY(bench.result.record.phases.paused > 0);
    }

    void pausedFromTheStartItStepsFromTheFirst() {
        Bench bench;
        bench.control.pause();
        bench.runInThread();
        for (std::int64_t i = 1; i <= 20; ++i) {
            bench.control.step();
            QTRY_COMPARE(bench.listener.lastSnapshot(), i);
        }
        bench.control.cancel();
        bench.join();
        QCOMPARE(bench.result.record.stop, StopReason::Stopped);
        QCOMPARE(bench.result.record.steps.size(), std::size_t{20});
        QCOMPARE(bench.result.weights->step, std::int64_t{20});
    }

    void stoppingKeepsWhatWasLearnt() {
        Bench bench;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            if (call.firstStep > 1234)
                bench.control.cancel();
        };
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::Stopped);
        const FakeExecutor::Call& last = bench.executor.calls.back();
        const std::int64_t made = last.firstStep + static_cast<std::int64_t>(last.steps) - 1;
        QCOMPARE(bench.result.weights->step, made);
        QCOMPARE(bench.result.weights->parameters[0], static_cast<float>(made));
        QCOMPARE(bench.result.record.steps.size(), static_cast<std::size_t>(made));
        QVERIFY(bench.result.record.epochs.empty());
        QCOMPARE(bench.executor.evaluatedImages, std::size_t{0});
    }

    void stoppedBeforeItBegins() {
        Bench bench;
        bench.control.cancel();
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::Stopped);
        QVERIFY(bench.executor.calls.empty());
        QCOMPARE(bench.result.weights->step, std::int64_t{0});
    }

    void aLossThatIsNoLongerFiniteOutranksTheStop() {
        Bench bench;
        bench.executor.nonFiniteFrom = 2000;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            if (call.firstStep + static_cast<std::int64_t>(call.steps) > 2000)
                bench.control.cancel();
        };
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::NonFinite);
        QVERIFY(bench.result.weights->step < 2000);
    }

    /// Each epoch's, of all test images, though they are evaluated in pieces.
    void predictionsOfAllTestImagesFollowEachEpoch() {
        Bench bench(3);
        bench.run();
        QCOMPARE(bench.listener.predictions.size(), std::size_t{3});
        for (std::size_t epoch = 0; epoch < 3; ++epoch) {
            const EpochPredictions& predictions = *bench.listener.predictions[epoch];
            QCOMPARE(predictions.epoch, static_cast<int>(epoch) + 1);
            QCOMPARE(predictions.step, bench.result.record.epochs[epoch].lastStep);
            QCOMPARE(predictions.images.size(), testCount);
            for (std::size_t i = 0; i < testCount; ++i) {
                QCOMPARE(predictions.images[i].classes[0], static_cast<std::uint8_t>(i % 2));
                QCOMPARE(predictions.images[i].probabilities[0], 1 / static_cast<float>(i + 1));
            }
        }
    }

    void stoppingInAnEvaluationLeavesTheEpochOut() {
        Bench bench(3);
        bench.executor.onEvaluate = [&](SampleRange) {
            if (bench.listener.epochs.size() == 1)
                bench.control.cancel();
        };
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::Stopped);
        QCOMPARE(bench.result.record.epochs.size(), std::size_t{1});
        QCOMPARE(bench.listener.predictions.size(), std::size_t{1});
        QCOMPARE(bench.result.weights->step, 2 * epochSteps);
    }

    void anEvaluationWaitsWhilePaused() {
        Bench bench;
        std::atomic<int> calls = 0;
        bench.executor.onEvaluate = [&](SampleRange) {
            if (++calls == 1)
                bench.control.pause();
        };
        bench.runInThread();
        QTRY_COMPARE(calls.load(), 1);
        for (int i = 0; i < 1000; ++i)
            std::this_thread::yield();
        QCOMPARE(calls.load(), 1);
        bench.control.resume();
        bench.join();
        QVERIFY(calls > 1);
        QCOMPARE(bench.result.record.stop, StopReason::Completed);
        QVERIFY(bench.result.record.phases.paused > 0);
    }

    /// All levers from another thread while it trains: no step lost, none told twice, and it always ends.
    void allLeversAtOnce() {
        for (int round = 0; round < 5; ++round) {
            Bench bench(1000);
            bench.runInThread();
            QTRY_VERIFY(bench.listener.lastStep() > 0);
            for (int i = 0; i < 300; ++i) {
                switch ((i * 7 + round) % 5) {
                case 0:
                    bench.control.pause();
                    break;
                case 1:
                    bench.control.step();
                    break;
                case 2:
                    bench.control.setLearningRate(static_cast<float>(i + 1));
                    break;
                default:
                    bench.control.resume();
                    break;
                }
            }
            bench.control.cancel();
            bench.join();
            QCOMPARE(bench.result.record.stop, StopReason::Stopped);
            for (std::size_t i = 0; i < bench.listener.points.size(); ++i)
                QCOMPARE(bench.listener.points[i].step, static_cast<std::int64_t>(i) + 1);
            QCOMPARE(bench.result.weights->step, bench.listener.lastStep());
            QCOMPARE(bench.executor.readsOfUndrained(), 0);
        }
    }

    void ratesFollowTheScheduleOfTheWholeRun() {
        Bench bench(2);
        bench.setup.spec.optimizer.learningRate = 0.1f;
        bench.setup.spec.schedule = {ScheduleKind::Cosine, 1, 0.5f, 0.01f};
        bench.run();
        std::int64_t step = 0;
        for (const FakeExecutor::Call& call : bench.executor.calls)
            for (const float rate : call.learningRates) {
                ++step;
                QCOMPARE(rate, learningRateAt(bench.setup.spec.schedule, 0.1f, step, bench.totalSteps(), epochSteps));
            }
        QCOMPARE(step, bench.totalSteps());
    }

    /// The user's change takes the base's place; the schedule goes on from there, scaled.
    void aChangedRateScalesTheRestOfTheSchedule() {
        Bench bench;
        bench.setup.spec.optimizer.learningRate = 0.1f;
        bench.setup.spec.schedule.kind = ScheduleKind::Cosine;
        bench.executor.onTrain = [&](const FakeExecutor::Call& call) {
            if (call.firstStep < 5000 && call.firstStep + static_cast<std::int64_t>(call.steps) >= 5000)
                bench.control.setLearningRate(0.3f);
        };
        bench.run();
        QCOMPARE(bench.result.record.events.size(), std::size_t{1});
        const std::int64_t from = bench.result.record.events[0].step;
        QVERIFY(from >= 5000);
        QCOMPARE(bench.result.record.events[0].value, 0.3f);
        std::int64_t step = 0;
        for (const FakeExecutor::Call& call : bench.executor.calls)
            for (const float rate : call.learningRates) {
                ++step;
                QCOMPARE(rate, learningRateAt(bench.setup.spec.schedule, step < from ? 0.1f : 0.3f, step,
                                   bench.totalSteps(), epochSteps));
            }
    }

    /// Loss by epoch: 5, 3, 4, 3, 6: the second is the least, the fourth no better.
    void withoutProgressItStopsAndKeepsTheBest() {
        Bench bench(10);
        bench.setup.spec.stopping.patience = 3;
        bench.executor.testLoss = [](float updates) {
            const std::vector<double> losses{5, 3, 4, 3, 6};
            return losses.at(static_cast<std::size_t>(updates) / epochSteps - 1);
        };
        bench.run();
        const RunRecord& record = bench.result.record;
        QCOMPARE(record.stop, StopReason::NoImprovement);
        QCOMPARE(record.epochs.size(), std::size_t{5});
        QCOMPARE(record.keptEpoch, 2);
        QCOMPARE(bench.result.weights->step, 2 * epochSteps);
        QCOMPARE(bench.result.weights->parameters[0], static_cast<float>(2 * epochSteps));
        QVERIFY(bench.listener.snapshots.back() == bench.result.weights); // what is shown is what is kept
        QCOMPARE(record.message,
            std::string("The test loss has not fallen for 3 epochs. The weights are those after epoch 2, which had the "
                        "least test loss."));
        // Whoever goes on with the run finds the rule as it was left.
        QCOMPARE(bestEpoch(record.epochs), 2);
        QVERIFY(!stopsAfter(bench.setup.spec.stopping, std::span(record.epochs).first(4)));
    }

    /// Where all epochs are made, the best one's weights are kept too; not where somebody stopped the run.
    void patienceKeepsTheBestOfAllEpochs() {
        const auto run = [](Bench& bench) {
            bench.setup.spec.stopping.patience = 3;
            bench.executor.testLoss = [](float updates) {
                return updates < static_cast<float>(1.5 * epochSteps) ? 1.0 : 2.0;
            };
            bench.run();
        };
        Bench whole(3);
        run(whole);
        QCOMPARE(whole.result.record.stop, StopReason::Completed);
        QCOMPARE(whole.result.record.keptEpoch, 1);
        QCOMPARE(whole.result.weights->step, epochSteps);
        QVERIFY(!whole.result.record.message.empty());

        Bench stopped(3);
        stopped.executor.onTrain = [&](const FakeExecutor::Call& call) {
            if (call.firstStep > 2 * epochSteps)
                stopped.control.cancel();
        };
        run(stopped);
        QCOMPARE(stopped.result.record.stop, StopReason::Stopped);
        QCOMPARE(stopped.result.record.keptEpoch, 0);
        QVERIFY(stopped.result.weights->step > 2 * epochSteps);

        Bench rising(3);
        rising.setup.spec.stopping.patience = 1;
        rising.executor.testLoss = [](float updates) { return 1 / static_cast<double>(updates); };
        rising.run();
        QCOMPARE(rising.result.record.stop, StopReason::Completed);
        QCOMPARE(rising.result.record.keptEpoch, 3);
        QCOMPARE(rising.result.weights->step, 3 * epochSteps);
    }

    void theTargetOutranksPatience() {
        Bench bench(3);
        bench.setup.spec.stopping = {1.0f, 1}; // the fake is always right
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::TargetReached);
        QCOMPARE(bench.result.record.epochs.size(), std::size_t{1});
        QCOMPARE(bench.result.record.keptEpoch, 0);
        QVERIFY(bench.result.record.message.starts_with("Epoch 1 reached the target"));
    }

    void lossesThatAreNoNumbersAreNeverTheBest() {
        const double nan = std::nan("");
        std::vector<EpochResult> epochs(3);
        for (int i = 0; i < 3; ++i)
            epochs[static_cast<std::size_t>(i)].epoch = i + 1;
        epochs[0].testLoss = nan;
        epochs[1].testLoss = 2;
        epochs[2].testLoss = nan;
        QCOMPARE(bestEpoch(epochs), 2);
        QCOMPARE(bestEpoch(std::span(epochs).first(1)), 0);
        QCOMPARE(bestEpoch({}), 0);
        QVERIFY(stopsAfter({0, 1}, epochs) == StopReason::NoImprovement);
        QVERIFY(!stopsAfter({}, epochs));
    }

    void anErrorOnTheWayKeepsWhatWasLearnt() {
        Bench bench(2);
        bench.listener.wants = true;
        bench.executor.onTrain = [](const FakeExecutor::Call& call) {
            if (call.firstStep > 500)
                throw Error({"Cannot read the image", "points", "", "", "Ask again."});
        };
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::Failed);
        QCOMPARE(QByteArray(name(StopReason::Failed)), QByteArray("failed"));
        QVERIFY(bench.result.record.message.find("Cannot read the image 'points'") != std::string::npos);
        QVERIFY(bench.result.record.steps.size() > 100);
        QVERIFY(bench.result.weights && bench.result.weights->step > 0);
        QCOMPARE(bench.result.weights->parameters[0], static_cast<float>(bench.result.weights->step));
        QVERIFY(bench.listener.snapshots.back() == bench.result.weights);
        QVERIFY(bench.result.record.epochs.empty());
    }

    void anErrorOfTheEvaluationKeepsTheEpochsSteps() {
        Bench bench;
        bench.executor.onEvaluate = [](SampleRange) { throw std::bad_alloc(); };
        bench.run();
        QCOMPARE(bench.result.record.stop, StopReason::Failed);
        QVERIFY(bench.result.record.message.find("not enough memory") != std::string::npos);
        QCOMPARE(bench.result.record.steps.size(), static_cast<std::size_t>(epochSteps));
        QCOMPARE(bench.result.weights->step, epochSteps);
    }

    void anErrorBeforeTheFirstSnapshotIsThrown() {
        Bench bench;
        bench.executor.onRead = [] { throw Error({"Cannot read the weights", "", "", "", ""}); };
        QVERIFY_THROWS_EXCEPTION(Error, bench.run());
        QVERIFY(bench.executor.calls.empty());
    }
};

QTEST_GUILESS_MAIN(TrainingRunTest)
#include "training_run_test.moc"
