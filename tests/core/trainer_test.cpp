// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/trainer.h"

#include "check/parity.h"
#include "reference/reference_backend.h"

#include <QtTest>

#include <atomic>
#include <cmath>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

using namespace kernelscope;

namespace {

/// Two classes that anybody can tell apart: a bright upper or lower half, with noise. Every image must have been
/// required before it is looked at.
class HalvesDataSet final : public DataSet {
public:
    HalvesDataSet(std::size_t trainCount, std::size_t testCount) {
        m_info.name = "halves";
        m_info.source = "test";
        m_info.shape = {1, 8, 8};
        m_info.classes = 2;
        m_info.classNames = {"upper", "lower"};
        m_info.trainCount = trainCount;
        m_info.testCount = testCount;
        for (std::uint32_t i = 0; i < trainCount + testCount; ++i)
            for (std::uint32_t p = 0; p < 64; ++p) {
                const std::uint32_t noise = layer_cases::word(3, 1, i, p) >> 26; // 0 to 63
                const bool bright = (p < 32) == (i % 2 == 0);
                m_pixels.push_back(static_cast<std::uint8_t>(bright ? 255 - noise : noise));
            }
        m_required.resize(trainCount + testCount);
    }

    const DataInfo& info() const override { return m_info; }
    void require(Split split, std::span<const std::uint32_t> indices) const override {
        for (const std::uint32_t index : indices)
            m_required[place(split, index)] = true;
    }
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override {
        if (!m_required.at(place(split, index)))
            throw std::logic_error("an image was looked at that nobody required");
        return std::span(m_pixels).subspan(64 * place(split, index), 64);
    }
    std::uint8_t label(Split split, std::size_t index) const override {
        return static_cast<std::uint8_t>(place(split, index) % 2);
    }

private:
    std::size_t place(Split split, std::size_t index) const {
        return split == Split::Train ? index : m_info.trainCount + index;
    }

    DataInfo m_info;
    std::vector<std::uint8_t> m_pixels;
    mutable std::vector<bool> m_required;
};

Network smallNetwork() {
    return {"small", {1, 8, 8},
        {Conv{3, 3, 1, 0}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{2}}};
}

/// 61 images, 10 a step: 7 steps an epoch, of which the last has one image.
RunSetup smallSetup() {
    RunSetup setup;
    setup.network = smallNetwork();
    setup.data = std::make_shared<const HalvesDataSet>(61, 20);
    setup.deviceId = "reference";
    setup.spec.batchSize = 10;
    setup.spec.epochs = 3;
    setup.spec.seed = 5;
    return setup;
}

struct Watcher final : RunObserver {
    std::vector<StepPoint> points;
    std::vector<SnapshotPtr> snapshots;
    RunRecord atStart;
    void started(const RunRecord& record) override { atStart = record; }
    void stepsMade(std::span<const StepPoint> made) override { points.insert(points.end(), made.begin(), made.end()); }
    void snapshotTaken(const SnapshotPtr& snapshot) override { snapshots.push_back(snapshot); }
};

RunResult train(const RunSetup& setup, RunObserver& observer) {
    RunControl control;
    return Trainer(setup).run(control, observer);
}

template <class T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

QString refusal(const RunSetup& setup) {
    try {
        const Trainer trainer(setup);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

/// Whole runs on the reference device.
class TrainerTest : public QObject {
    Q_OBJECT

private slots:
    void aSeparableSetIsLearntCompletely() {
        for (const OptimizerKind kind : allOptimizers) {
            RunSetup setup = smallSetup();
            setup.spec.epochs = 12;
            setup.spec.optimizer.kind = kind;
            setup.spec.optimizer.learningRate = isAdaptive(kind) ? 0.01f : 0.05f;
            Watcher watcher;
            const RunResult result = train(setup, watcher);
            QCOMPARE(result.record.stop, StopReason::Completed);
            QCOMPARE(result.record.epochs.size(), std::size_t{12});
            QCOMPARE(result.record.epochs.back().trainAccuracy, 1.0);
            QCOMPARE(result.record.epochs.back().testAccuracy, 1.0);
            QVERIFY(result.record.epochs.back().testLoss < 0.1);
            QVERIFY(result.record.epochs.front().trainLoss > result.record.epochs.back().trainLoss);
        }
    }

    /// Whole runs with everything at once, on both devices: the same images, masks, rates and updates throughout.
    void bothDevicesTrainTheSameRun() {
        for (const OptimizerKind kind : allOptimizers) {
            RunSetup setup = smallSetup();
            setup.spec.optimizer = {kind, isAdaptive(kind) ? 2e-3f : 2e-2f, 0.9f, 0.9f, 0.999f, 1e-7f, 0.01f};
            setup.spec.schedule = {ScheduleKind::OneCycle, 1, 0.5f, 0.5f};
            setup.spec.augmentation = {1, true};
            setup.spec.epochs = 4;
            Watcher watcher;
            const RunResult reference = train(setup, watcher);
            setup.deviceId = "cpu:2";
            const RunResult cpu = train(setup, watcher);
            QCOMPARE(cpu.record.steps.size(), reference.record.steps.size());
            for (std::size_t i = 0; i < reference.record.steps.size(); ++i)
                QVERIFY2(std::abs(cpu.record.steps[i].loss - reference.record.steps[i].loss) < 1e-4f, name(kind));
            for (std::size_t i = 0; i < reference.weights->parameters.size(); ++i)
                QVERIFY2(std::abs(cpu.weights->parameters[i] - reference.weights->parameters[i]) < 1e-3f, name(kind));
        }
    }

    void aRunEndsAtItsTarget() {
        RunSetup setup = smallSetup();
        setup.spec.epochs = 40;
        setup.spec.optimizer.learningRate = 0.01f;
        setup.spec.stopping.targetAccuracy = 1;
        Watcher watcher;
        const RunResult result = train(setup, watcher);
        QCOMPARE(result.record.stop, StopReason::TargetReached);
        QVERIFY(result.record.epochs.size() < 40);
        QCOMPARE(result.record.epochs.back().testAccuracy, 1.0);
        QCOMPARE(result.record.keptEpoch, 0);
        QCOMPARE(result.weights->step, result.record.epochs.back().lastStep);
        QVERIFY2(result.record.message.find("reached the target: test accuracy 100.00 %") != std::string::npos,
            result.record.message.c_str());
    }

    void refusesRulesWithoutATest() {
        RunSetup setup = smallSetup();
        setup.data = std::make_shared<const HalvesDataSet>(61, 0);
        QVERIFY(refusal(setup).isEmpty());
        setup.spec.stopping.patience = 1;
        QVERIFY2(refusal(setup).contains("no test images"), qPrintable(refusal(setup)));
        setup.spec.stopping = {0.5f, 0};
        QVERIFY2(refusal(setup).contains("no test images"), qPrintable(refusal(setup)));
    }

    void theRecordSaysWhatWasDone() {
        const RunSetup setup = smallSetup();
        const Trainer trainer(setup);
        QCOMPARE(trainer.stepsPerEpoch(), std::int64_t{7});
        QCOMPARE(trainer.totalSteps(), std::int64_t{21});
        Watcher watcher;
        const RunResult result = train(setup, watcher);
        const RunRecord& record = result.record;
        QVERIFY(record.network == setup.network);
        QVERIFY(record.spec == setup.spec);
        QCOMPARE(record.data.name, std::string("halves"));
        QCOMPARE(record.device.id, std::string("reference"));
        QCOMPARE(record.device.threads, 1);
        QCOMPARE(record.steps.size(), std::size_t{21});
        QVERIFY(!record.date.empty() && !record.build.version.empty());
        QVERIFY(record.phases.load > 0 && record.phases.train > 0 && record.phases.test > 0);
        QCOMPARE(watcher.atStart.device, record.device);
        QCOMPARE(watcher.atStart.date, record.date);
        QVERIFY(watcher.atStart.steps.empty());
        QVERIFY(watcher.points.size() == 21 && watcher.points[6].count == 1 && watcher.points[5].count == 10);
    }

    void theTestFiguresAreThoseOfTheWeights() {
        const RunSetup setup = smallSetup();
        Watcher watcher;
        const RunResult result = train(setup, watcher);
        const std::unique_ptr<Executor> executor = ReferenceBackend().load(setup.network, setup.data, setup.spec);
        executor->write(Arena::Parameters, result.weights->parameters);
        const Evaluation evaluation = executor->evaluate({Split::Test, 0, 20});
        QCOMPARE(evaluation.accuracy(), result.record.epochs.back().testAccuracy);
        QCOMPARE(evaluation.loss(), result.record.epochs.back().testLoss);
    }

    void theSameSeedGivesTheSameBits() {
        Watcher first;
        Watcher second;
        const RunResult a = train(smallSetup(), first);
        const RunResult b = train(smallSetup(), second);
        QVERIFY(sameBits(a.weights->parameters, b.weights->parameters));
        for (std::size_t i = 0; i < a.record.steps.size(); ++i)
            QVERIFY(a.record.steps[i].loss == b.record.steps[i].loss);
        for (std::size_t i = 0; i < a.record.epochs.size(); ++i)
            QVERIFY(a.record.epochs[i].testLoss == b.record.epochs[i].testLoss);

        RunSetup other = smallSetup();
        other.spec.seed = 6;
        Watcher third;
        QVERIFY(!sameBits(a.weights->parameters, train(other, third).weights->parameters));
        QVERIFY(first.snapshots.front()->parameters != third.snapshots.front()->parameters);
    }

    /// Pausing and stepping changes when things happen, not what.
    void aRunInSingleStepsGivesTheSameBits() {
        Watcher straight;
        const RunResult expected = train(smallSetup(), straight);

        struct Counting final : RunObserver {
            std::atomic<std::int64_t> step = -1;
            void snapshotTaken(const SnapshotPtr& snapshot) override { step = snapshot->step; }
        } counting;
        RunControl control;
        control.pause();
        RunResult stepped;
        std::thread worker([&] { stepped = Trainer(smallSetup()).run(control, counting); });
        for (std::int64_t step = 1; step <= 20; ++step) {
            control.step();
            while (counting.step < step)
                std::this_thread::yield();
        }
        control.resume();
        worker.join();
        QCOMPARE(stepped.record.steps.size(), std::size_t{21});
        QVERIFY(sameBits(stepped.weights->parameters, expected.weights->parameters));
    }

    void aRunThatBlowsUpReturnsToFiniteWeights() {
        RunSetup setup = smallSetup();
        setup.spec.optimizer.kind = OptimizerKind::Sgd;
        setup.spec.optimizer.learningRate = 1e30f;
        Watcher watcher;
        const RunResult result = train(setup, watcher);
        QCOMPARE(result.record.stop, StopReason::NonFinite);
        for (const float value : result.weights->parameters)
            QVERIFY(std::isfinite(value));
        const QString message = QString::fromStdString(result.record.message);
        QVERIFY2(message.contains("finite") && message.contains("learning rate"), qPrintable(message));
        for (const StepPoint& point : result.record.steps)
            QVERIFY(std::isfinite(point.loss));
    }

    void refusesWhatDoesNotFit() {
        RunSetup setup = smallSetup();
        setup.network.input = {1, 9, 9};
        QVERIFY2(refusal(setup).contains("1x8x8") && refusal(setup).contains("1x9x9"), qPrintable(refusal(setup)));
        setup = smallSetup();
        setup.network.layers.back() = Dense{3};
        QVERIFY2(refusal(setup).contains("2 classes") && refusal(setup).contains("3"), qPrintable(refusal(setup)));
        setup = smallSetup();
        setup.network.layers.clear();
        QVERIFY(!refusal(setup).isEmpty());
        QVERIFY(refusal(smallSetup()).isEmpty());
    }

    void refusesHyperparametersOutOfRange() {
        const auto refused = [](const char* field, auto change) {
            RunSetup setup = smallSetup();
            change(setup.spec);
            return refusal(setup).contains(QString("'%1'").arg(field));
        };
        const float nan = std::nanf("");
        const float infinity = std::numeric_limits<float>::infinity();
        QVERIFY(refused("batchSize", [](TrainingSpec& s) { s.batchSize = 0; }));
        QVERIFY(refused("batchSize", [](TrainingSpec& s) { s.batchSize = 65537; }));
        QVERIFY(refused("epochs", [](TrainingSpec& s) { s.epochs = 0; }));
        QVERIFY(refused("epochs", [](TrainingSpec& s) { s.epochs = 100001; }));
        for (const float bad : {0.0f, -1e-3f, nan, infinity})
            QVERIFY(refused("learningRate", [bad](TrainingSpec& s) { s.optimizer.learningRate = bad; }));
        for (const float bad : {-0.1f, 1.0f, nan}) {
            QVERIFY(refused("momentum", [bad](TrainingSpec& s) { s.optimizer.momentum = bad; }));
            QVERIFY(refused("beta1", [bad](TrainingSpec& s) { s.optimizer.beta1 = bad; }));
            QVERIFY(refused("beta2", [bad](TrainingSpec& s) { s.optimizer.beta2 = bad; }));
        }
        QVERIFY(refused("epsilon", [](TrainingSpec& s) { s.optimizer.epsilon = 0; }));
        for (const float bad : {-0.1f, 1.1f, nan, infinity})
            QVERIFY(refused("weightDecay", [bad](TrainingSpec& s) { s.optimizer.weightDecay = bad; }));
        for (const int bad : {0, -1, 100001})
            QVERIFY(refused("stepEpochs", [bad](TrainingSpec& s) { s.schedule.stepEpochs = bad; }));
        for (const float bad : {0.0f, -0.1f, 1.1f, nan})
            QVERIFY(refused("stepFactor", [bad](TrainingSpec& s) { s.schedule.stepFactor = bad; }));
        for (const float bad : {-0.1f, 100001.0f, nan, infinity})
            QVERIFY(refused("warmupEpochs", [bad](TrainingSpec& s) { s.schedule.warmupEpochs = bad; }));
        for (const int bad : {-1, 5})
            QVERIFY(refused("shift", [bad](TrainingSpec& s) { s.augmentation.shift = bad; }));
        for (const float bad : {-0.1f, 1.1f, nan})
            QVERIFY(refused("targetAccuracy", [bad](TrainingSpec& s) { s.stopping.targetAccuracy = bad; }));
        for (const int bad : {-1, 100001})
            QVERIFY(refused("patience", [bad](TrainingSpec& s) { s.stopping.patience = bad; }));
        QVERIFY(refused("trainSamples", [](TrainingSpec& s) { s.trainSamples = 62; }));
        RunSetup tiny = smallSetup();
        tiny.spec.optimizer.epsilon = -1e-9f;
        QVERIFY2(refusal(tiny).contains("-1e-09"), qPrintable(refusal(tiny)));
        RunSetup all = smallSetup();
        all.spec.trainSamples = 61;
        QVERIFY(refusal(all).isEmpty());
    }

    void epochOrderIsAPermutation() {
        for (const std::size_t count : {0u, 1u, 2u, 3u, 17u, 1000u}) {
            const std::vector<std::uint32_t> order = epochOrder(9, 3, count);
            QCOMPARE(order.size(), count);
            const std::set<std::uint32_t> once(order.begin(), order.end());
            QCOMPARE(once.size(), count);
            QVERIFY(count == 0 || *once.rbegin() == count - 1);
        }
        QVERIFY(epochOrder(1, 1, 1000) != epochOrder(1, 2, 1000));
        QVERIFY(epochOrder(1, 1, 1000) != epochOrder(2, 1, 1000));
        QVERIFY(epochOrder(1, 1, 1000) != epochOrder(1ull << 40 | 1, 1, 1000));
        QVERIFY(epochOrder(1, 1, 1000) == epochOrder(1, 1, 1000));
    }

    /// Fisher-Yates written out anew, drawing from Philox, and its first entries as they must stay: a run's result
    /// depends on them.
    void epochOrderIsKnown() {
        std::vector<std::uint32_t> expected(60000);
        std::iota(expected.begin(), expected.end(), 0u);
        for (std::uint64_t drawn = 0; drawn + 1 < 60000; ++drawn) {
            const PhiloxBlock block = philox({static_cast<std::uint32_t>(drawn / 4), 0, 1, 2}, {1, 0});
            const std::uint64_t left = 60000 - drawn;
            std::swap(expected[left - 1], expected[(block[drawn % 4] * left) >> 32]);
        }
        const std::vector<std::uint32_t> order = epochOrder(1, 1, 60000);
        QVERIFY(order == expected);
        const std::vector<std::uint32_t> first(order.begin(), order.begin() + 8);
        QString text;
        for (const std::uint32_t sample : first)
            text += QString::number(sample) + " ";
        QCOMPARE(text, QString("9680 3687 35810 35350 478 43600 19228 17918 "));
    }

    /// Every sample comes first, second, ... about equally often.
    void epochOrderIsFair() {
        std::vector<int> counts(100);
        for (int epoch = 1; epoch <= 600; ++epoch) {
            const std::vector<std::uint32_t> order = epochOrder(4, epoch, 10);
            for (std::size_t place = 0; place < 10; ++place)
                ++counts[place * 10 + order[place]];
        }
        double chiSquared = 0;
        for (const int count : counts)
            chiSquared += (count - 60.0) * (count - 60.0) / 60.0;
        QVERIFY2(chiSquared < 135, qPrintable(QString::number(chiSquared))); // 81 degrees of freedom, p = 0.0002
    }

    void snapshotStepsAreRareAndWithinBounds() {
        for (const std::int64_t total : {1ll, 2ll, 5ll, 300ll, 301ll, 9375ll, 1000000ll})
            for (const std::size_t bytes : {std::size_t{8}, std::size_t{500000}, std::size_t{100} << 20}) {
                const std::vector<std::int64_t> steps = snapshotSteps(total, bytes);
                QCOMPARE(steps.front(), std::int64_t{0});
                QCOMPARE(steps.back(), total);
                QVERIFY(std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) == steps.end());
                QVERIFY(steps.size() <= 300);
                QVERIFY(steps.size() <= std::max<std::size_t>(2, (256u << 20) / bytes));
            }
        const std::vector<std::int64_t> steps = snapshotSteps(9375, 500000);
        QVERIFY(steps.size() > 200);
        for (std::size_t i = 0; i < 20; ++i)
            QCOMPARE(steps[i], static_cast<std::int64_t>(i)); // all of the first ones
        for (std::size_t i = 2; i < steps.size(); ++i)        // then ever rarer, but for rounding
            QVERIFY(steps[i] - steps[i - 1] + 1 >= steps[i - 1] - steps[i - 2]);
    }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "trainer_test.moc"
