// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/toy_run.h"
#include "run/training_controller.h"

#include <QSignalSpy>
#include <QtTest>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>

using namespace kernelscope;
using namespace kernelscope::testing;
using namespace std::chrono_literals;
using State = RunSource::State;

namespace {

/// Data that calls a function whenever the trainer wants samples.
class TrickyData final : public DataSet {
public:
    explicit TrickyData(std::function<void()> onRequire) : m_data(toyData()), m_onRequire(std::move(onRequire)) {}

    const DataInfo& info() const override { return m_data->info(); }
    void require(Split, std::span<const std::uint32_t>) const override { m_onRequire(); }
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override {
        return m_data->image(split, index);
    }
    std::uint8_t label(Split split, std::size_t index) const override { return m_data->label(split, index); }

private:
    DataSetPtr m_data;
    std::function<void()> m_onRequire;
};

/// Collects what a run tells.
struct Listener {
    explicit Listener(RunSource& run) {
        QObject::connect(&run, &RunSource::started, &context, [this](const RunRecord& r) { started.push_back(r); });
        QObject::connect(&run, &RunSource::stepsArrived, &context, [this](const std::vector<StepPoint>& points) {
            QVERIFY(!started.empty());
            steps.insert(steps.end(), points.begin(), points.end());
        });
        QObject::connect(
            &run, &RunSource::epochArrived, &context, [this](const EpochResult& epoch) { epochs.push_back(epoch); });
        QObject::connect(
            &run, &RunSource::eventArrived, &context, [this](const RunEvent& event) { events.push_back(event); });
        QObject::connect(&run, &RunSource::snapshotArrived, &context,
            [this](const SnapshotPtr& snapshot) { snapshots.push_back(snapshot); });
        QObject::connect(&run, &RunSource::finished, &context, [this, &run](const RunResultPtr& r) {
            QCOMPARE(run.state(), State::Idle);
            result = r;
            ++finished;
        });
        QObject::connect(&run, &RunSource::failed, &context, [this, &run](const QString& message) {
            QCOMPARE(run.state(), State::Idle);
            failures << message;
        });
    }

    QObject context;
    std::vector<RunRecord> started;
    std::vector<StepPoint> steps;
    std::vector<EpochResult> epochs;
    std::vector<RunEvent> events;
    std::vector<SnapshotPtr> snapshots;
    RunResultPtr result;
    int finished = 0;
    QStringList failures;
};

} // namespace

class TrainingControllerTest : public QObject {
    Q_OBJECT

private slots:
    void tellsAllOfARun();
    void pausesStepsAndResumes();
    void stopKeepsWhatWasLearnt();
    void handsOnTheLearningRate();
    void beginsWithOneStep();
    void tellsWhyARunCannotBegin_data();
    void tellsWhyARunCannotBegin();
    void survivesExceptionsFromTheDepths_data();
    void survivesExceptionsFromTheDepths();
    void doesNotWaitForeverForADevice();
    void startsAndStopsFiveHundredTimes();
    void closesAtAnyMoment();
};

void TrainingControllerTest::tellsAllOfARun() {
    TrainingController run;
    Listener heard(run);
    QSignalSpy states(&run, &RunSource::stateChanged);
    run.start(toySetup(3));
    QCOMPARE(run.state(), State::Loading);
    run.start(toySetup(1)); // ignored
    QTRY_COMPARE(heard.finished, 1);

    QCOMPARE(heard.started.size(), std::size_t{1});
    QCOMPARE(heard.started[0].device.backend, std::string("reference"));
    QCOMPARE(heard.steps.size(), std::size_t{96}); // 256 / 8 steps, 3 epochs
    for (std::size_t i = 0; i < heard.steps.size(); ++i) {
        QCOMPARE(heard.steps[i].step, static_cast<std::int64_t>(i) + 1);
        QCOMPARE(heard.steps[i].loss, heard.result->record.steps[i].loss);
    }
    QCOMPARE(heard.epochs.size(), std::size_t{3});
    QVERIFY(heard.epochs.back().trainLoss < heard.epochs.front().trainLoss);
    QVERIFY(!heard.snapshots.empty());
    QVERIFY(heard.failures.isEmpty());
    QCOMPARE(heard.result->record.stop, StopReason::Completed);
    QCOMPARE(states.first().at(0).value<State>(), State::Loading);
    QCOMPARE(states.last().at(0).value<State>(), State::Idle);
}

void TrainingControllerTest::pausesStepsAndResumes() {
    TrainingController run;
    Listener heard(run);
    run.start(toySetup(100000));
    QTRY_VERIFY(heard.steps.size() > 10);
    run.pause();
    QCOMPARE(run.state(), State::Paused);

    // The last steps before the pause still arrive; then nothing does.
    QSignalSpy news(&run, &RunSource::stepsArrived);
    while (news.wait(250)) {
    }
    const std::size_t before = heard.steps.size();
    QCOMPARE(heard.snapshots.back()->step, heard.steps.back().step);
    for (std::size_t i = 1; i <= 5; ++i) {
        run.step();
        QCOMPARE(run.state(), State::Paused);
        QTRY_COMPARE(heard.steps.size(), before + i);
        QTRY_COMPARE(heard.snapshots.back()->step, heard.steps.back().step);
    }
    run.resume();
    QTRY_COMPARE(run.state(), State::Running);
    QTRY_VERIFY(heard.steps.size() > before + 20);
    run.stop();
    QTRY_COMPARE(heard.finished, 1);
}

void TrainingControllerTest::stopKeepsWhatWasLearnt() {
    TrainingController run;
    Listener heard(run);
    run.start(toySetup(100000));
    QTRY_VERIFY(heard.steps.size() > 10);
    run.stop();
    QCOMPARE(run.state(), State::Stopping);
    QTRY_COMPARE(heard.finished, 1);
    QCOMPARE(heard.result->record.stop, StopReason::Stopped);
    QCOMPARE(heard.steps.size(), heard.result->record.steps.size());
    QCOMPARE(heard.result->weights->step, heard.steps.back().step);
}

void TrainingControllerTest::handsOnTheLearningRate() {
    TrainingController run;
    Listener heard(run);
    run.start(toySetup(100000));
    QTRY_VERIFY(!heard.steps.empty());
    run.setLearningRate(0.25f);
    QTRY_COMPARE(heard.events.size(), std::size_t{1});
    QCOMPARE(heard.events[0].value, 0.25f);
    run.stop();
    QTRY_COMPARE(heard.finished, 1);
}

void TrainingControllerTest::beginsWithOneStep() {
    TrainingController run;
    Listener heard(run);
    run.start(toySetup(100000), RunSource::Begin::OneStep);
    QTRY_COMPARE(heard.steps.size(), std::size_t{1});
    QCOMPARE(run.state(), State::Paused);
    run.stop();
    QTRY_COMPARE(heard.finished, 1);
    QCOMPARE(heard.result->record.steps.size(), std::size_t{1});
}

void TrainingControllerTest::tellsWhyARunCannotBegin_data() {
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("expected");
    QTest::newRow("device") << "device"
                            << "no-such-device";
    QTest::newRow("shape") << "shape"
                           << "1x8x8";
    QTest::newRow("batch") << "batch"
                           << "batch";
    QTest::newRow("classes") << "classes"
                             << "4 classes";
}

void TrainingControllerTest::tellsWhyARunCannotBegin() {
    QFETCH(QString, fault);
    QFETCH(QString, expected);
    RunSetup setup = toySetup();
    if (fault == "device")
        setup.deviceId = "no-such-device";
    if (fault == "shape")
        setup.network.input = {1, 28, 28};
    if (fault == "batch")
        setup.spec.batchSize = 0;
    if (fault == "classes")
        setup.network.layers.back() = Dense{.units = 7};
    TrainingController run;
    Listener heard(run);
    run.start(setup);
    QTRY_COMPARE(heard.failures.size(), 1);
    QVERIFY2(heard.failures[0].contains(expected, Qt::CaseInsensitive), qPrintable(heard.failures[0]));
    QCOMPARE(heard.finished, 0);

    // And the next run is none the worse for it.
    run.start(toySetup());
    QTRY_COMPARE(heard.finished, 1);
}

void TrainingControllerTest::survivesExceptionsFromTheDepths_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("expected");
    QTest::newRow("Error") << 0 << "the disk is gone";
    QTest::newRow("bad_alloc") << 1 << "not enough memory";
    QTest::newRow("no exception class") << 2 << "unknown error";
}

void TrainingControllerTest::survivesExceptionsFromTheDepths() {
    QFETCH(int, kind);
    QFETCH(QString, expected);
    RunSetup setup = toySetup(100000);
    std::atomic<int> calls = 0;
    setup.data = std::make_shared<const TrickyData>([&calls, kind] {
        if (++calls < 100)
            return;
        if (kind == 0)
            throw Error({"the disk is gone", "", "", "", ""});
        if (kind == 1)
            throw std::bad_alloc();
        throw 42;
    });
    TrainingController run;
    Listener heard(run);
    run.start(setup);
    QTRY_VERIFY(run.state() == State::Idle && !heard.steps.empty());
    if (kind == 2) { // nothing that can be made sense of: the message alone
        QCOMPARE(heard.failures.size(), 1);
        QVERIFY2(heard.failures[0].contains(expected), qPrintable(heard.failures[0]));
        return;
    }
    // What was made before is not lost: the run ends with its record and its last weights.
    QVERIFY(heard.result);
    QCOMPARE(heard.result->record.stop, StopReason::Failed);
    const QString message = QString::fromStdString(heard.result->record.message);
    QVERIFY2(message.contains(expected), qPrintable(message));
    QCOMPARE(heard.result->record.steps.size(), heard.steps.size());
    QVERIFY(heard.result->weights && heard.result->weights->step > 0);
}

void TrainingControllerTest::doesNotWaitForeverForADevice() {
    std::mutex mutex;
    std::condition_variable changed;
    bool released = false;
    RunSetup setup = toySetup();
    setup.data = std::make_shared<const TrickyData>([&] {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return released; });
    });
    TrainingController run;
    Listener heard(run);
    run.start(setup);
    QTRY_COMPARE(heard.started.size(), std::size_t{1});
    Stopwatch watch;
    QVERIFY(!run.stopAndWait(100ms));
    QVERIFY(watch.seconds() < 2);
    QCOMPARE(run.state(), State::Stopping);
    {
        const std::lock_guard lock(mutex);
        released = true;
    }
    changed.notify_all();
    QVERIFY(run.stopAndWait(10s));
    QCOMPARE(heard.finished, 1);
    QVERIFY(run.stopAndWait(0ms)); // nothing to wait for
}

void TrainingControllerTest::startsAndStopsFiveHundredTimes() {
    TrainingController run;
    Listener heard(run);
    std::mt19937 random(1);
    const RunSetup setup = toySetup(100000);
    for (int i = 0; i < 500; ++i) {
        heard.steps.clear();
        run.start(setup);
        // At once, while loading, or after some steps.
        const std::size_t wanted = random() % 3 == 0 ? random() % 4 : 0;
        if (wanted)
            QTRY_VERIFY(heard.steps.size() >= wanted);
        else
            QTest::qWait(0);
        run.stop();
        QVERIFY(run.stopAndWait(10s));
        QCOMPARE(heard.finished, i + 1);
        QCOMPARE(heard.steps.size(), heard.result->record.steps.size());
    }
    QVERIFY(heard.failures.isEmpty());
}

void TrainingControllerTest::closesAtAnyMoment() {
    std::mt19937 random(2);
    const RunSetup setup = toySetup(100000);
    for (int i = 0; i < 100; ++i) {
        auto run = std::make_unique<TrainingController>();
        run->start(setup);
        if (random() % 2)
            run->pause();
        Stopwatch watch;
        const double wait = 0.0001 * static_cast<double>(random() % 400);
        while (watch.seconds() < wait)
            QCoreApplication::processEvents();
        run.reset(); // must neither hang nor leave a thread behind
    }
}

QTEST_GUILESS_MAIN(TrainingControllerTest)
#include "training_controller_test.moc"
