// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/scaled_difference.h"
#include "cpu/cpu_backend.h"
#include "emulated_device.h"
#include "reference/reference_backend.h"

#include <QtTest>

#include <atomic>
#include <cmath>
#include <deque>
#include <limits>
#include <stdexcept>
#include <utility>

using namespace kernelscope;

namespace {

/// Everything that a step can be made of, as small as it gets.
Network allKinds() {
    return {"all kinds", {2, 9, 9},
        {Conv{5, 3, 1, Padding::same()}, BatchNorm{}, Activation{ActivationKind::LeakyRelu, 0.1f},
            Pool{PoolKind::Max, 2, 2}, Dropout{0.3f}, Conv{4, 2, 1, 0}, Activation{ActivationKind::Relu},
            Pool{PoolKind::Average, 2, 1}, Flatten{}, Dense{12}, BatchNorm{}, Activation{ActivationKind::Tanh},
            Dropout{0.5f}, Dense{6}}};
}

Network plain() {
    return {"plain", {2, 9, 9},
        {Conv{5, 3, 1, 0}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{6}}};
}

/// A data set in the making: images exist once they were required.
class GrowingSet final : public DataSet {
public:
    explicit GrowingSet(DataSetPtr whole)
        : m_whole(std::move(whole)),
          m_isReady(m_whole->info().trainCount + m_whole->info().testCount) {}

    const DataInfo& info() const override { return m_whole->info(); }
    void require(Split split, std::span<const std::uint32_t> indices) const override {
        for (const std::uint32_t index : indices)
            m_isReady[place(split, index)] = true;
    }
    bool isReady(Split split, std::size_t index) const override { return m_isReady[place(split, index)]; }
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override {
        if (!isReady(split, index))
            throw std::logic_error("an image was read that does not exist");
        return m_whole->image(split, index);
    }
    std::uint8_t label(Split split, std::size_t index) const override { return m_whole->label(split, index); }

private:
    std::size_t place(Split split, std::size_t index) const {
        return split == Split::Train ? index : m_whole->info().trainCount + index;
    }

    DataSetPtr m_whole;
    mutable std::vector<std::uint8_t> m_isReady;
};

void takeOneOf(SnapshotCopies& copies, const Executor& executor) {
    std::vector<float> parameters(executor.arenaSize(Arena::Parameters));
    std::vector<float> state(executor.arenaSize(Arena::State));
    copies.take(parameters, state);
}

QString errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

class CudaExecutorTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { m_data = randomImages({2, 9, 9}, 6, 60, 23); }
    void init() { freshDevice(); }
    void cleanup() { QVERIFY2(emulation::alive() == emulation::Alive{}, "something was not given back"); }

    /// Step by step the same losses as the CPU's: rounding alone may tell them apart.
    void lossesLieOnTheCpus_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("steps");
        QTest::newRow("tiny") << "tiny" << 50;
        QTest::newRow("classic") << "classic" << 10;
        QTest::newRow("deep") << "deep" << 10;
    }
    void lossesLieOnTheCpus() {
        QFETCH(QString, network);
        QFETCH(int, steps);
        const Network trained = preset(network.toStdString());
        const auto count = 4 * static_cast<std::size_t>(steps);
        const DataSetPtr data = randomImages(trained.input, 10, count, 1);
        std::vector<StepMetrics> found[2];
        const CpuBackend cpu(1);
        const EmulatedBackend gpu;
        for (const bool onGpu : {false, true}) {
            const Backend& backend = onGpu ? static_cast<const Backend&>(gpu) : cpu;
            const auto executor = load(backend, trained, data, withBatch(4));
            train(*executor, firstSamples(count), 4);
            found[onGpu] = executor->drainMetrics().steps;
        }
        QCOMPARE(found[1].size(), static_cast<std::size_t>(steps));
        for (std::size_t i = 0; i < found[0].size(); ++i) {
            const double tolerance = i < 20 ? 1e-4 : 1e-2;
            QCOMPARE(found[1][i].step, found[0][i].step);
            QCOMPARE(found[1][i].count, 4);
            QVERIFY2(std::abs(found[1][i].loss - found[0][i].loss) <= tolerance * found[0][i].loss,
                qPrintable(QString("step %1: %2 instead of %3")
                               .arg(i + 1)
                               .arg(static_cast<double>(found[1][i].loss))
                               .arg(static_cast<double>(found[0][i].loss))));
        }
    }

    /// A bit of the mask for each weight's gradient: with one image, dense's is the image where it is kept, else zero.
    void dropoutMasksAreThoseOfTheDefinition() {
        const Network network{"dropout", {2, 9, 9}, {Dropout{0.4f}, Flatten{}, Dense{6}}};
        const auto executor = load(EmulatedBackend(), network, m_data, withBatch(3));
        for (const std::int64_t step : {1, 7}) {
            const std::vector<std::uint32_t> samples{4, 5, 6};
            train(*executor, std::span(samples).first(1), 3, step);
            const auto gradients = contents(*executor, Arena::Gradients);
            const auto image = m_data->image(Split::Train, 4);
            for (std::size_t i = 0; i < image.size(); ++i) {
                const bool kept = isKept(dropoutWord({1, step, 0, 0}, i), 0.4f);
                QCOMPARE(gradients[i] != 0, kept && image[i] != 0);
            }
        }
    }

    /// Graphs of several steps do what so many graphs of one do, in whatever pieces a run is handed over, and partial
    /// batches and other learning rates are no reason to capture anything again.
    void stepsInOneLaunchAreTheSameSteps() {
        const auto samples = firstSamples(59); // 8 a batch: 7 and a partial one
        const std::vector<float> rates{1e-2f, 1e-2f, 1e-2f, 1e-2f, 3e-3f, 3e-3f, 2e-3f, 1e-3f};
        std::vector<float> expected;
        std::vector<float> losses;
        for (const int stepsPerLaunch : {1, 2, 4, 8}) {
            for (const std::size_t stepsPerCall : {std::size_t{1}, std::size_t{3}, std::size_t{8}}) {
                const auto executor = EmulatedBackend(stepsPerLaunch).loadCuda(allKinds(), m_data, withBatch(8));
                begin(*executor, withBatch(8));
                QCOMPARE(callsOf("cudaStreamBeginCapture"), std::size_t{stepsPerLaunch > 1 ? 2u : 1u});
                emulation::countCalls();
                for (std::size_t step = 0; step < 8; step += stepsPerCall) {
                    const std::size_t steps = std::min(stepsPerCall, 8 - step);
                    executor->trainSteps({static_cast<std::int64_t>(step) + 1,
                        std::span(samples).subspan(step * 8, std::min(steps * 8, samples.size() - step * 8)), 8,
                        std::span(rates).subspan(step, steps)});
                }
                std::vector<float> found;
                for (const StepMetrics& metrics : executor->drainMetrics().steps)
                    found.push_back(metrics.loss);
                QCOMPARE(callsOf("cudaStreamBeginCapture"), std::size_t{0});
                QCOMPARE(callsOf("cudaGraphInstantiate"), std::size_t{0});
                if (stepsPerCall == 8)
                    QCOMPARE(executor->launches(), std::int64_t{8 / stepsPerLaunch});
                if (expected.empty()) {
                    expected = contents(*executor, Arena::Parameters);
                    losses = found;
                }
                QVERIFY(sameBits(contents(*executor, Arena::Parameters), expected));
                QVERIFY(sameBits(found, losses));
                emulation::countCalls();
            }
        }
        QCOMPARE(losses.size(), std::size_t{8});
    }

    void callsCanBeCutAnywhere() {
        const auto samples = firstSamples(59);
        const auto whole = load(EmulatedBackend(4), allKinds(), m_data, withBatch(8));
        train(*whole, samples, 8);
        const auto cut = load(EmulatedBackend(4), allKinds(), m_data, withBatch(8));
        for (const std::size_t step : {0, 1, 6})
            train(*cut,
                std::span(samples).subspan(step * 8, step == 0   ? 8
                                                     : step == 1 ? 40
                                                                 : 11),
                8, static_cast<std::int64_t>(step) + 1);
        // A run can be moved to another executor, as when it is resumed.
        const auto moved = load(EmulatedBackend(), allKinds(), m_data, withBatch(8));
        const auto half = load(EmulatedBackend(2), allKinds(), m_data, withBatch(8));
        train(*half, std::span(samples).first(24), 8);
        for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments})
            moved->write(arena, contents(*half, arena));
        train(*moved, std::span(samples).subspan(24), 8, 4);
        for (const Executor* other : {cut.get(), moved.get()})
            for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments, Arena::Gradients})
                QVERIFY(sameBits(contents(*whole, arena), contents(*other, arena)));
    }

    /// Launches of three steps do not divide the ring of orders: some are sent in two pieces.
    void launchesGoRoundTheRingsEnd() {
        const auto samples = firstSamples(60); // 30 steps, more than the ring has places
        const auto one = load(EmulatedBackend(1), plain(), m_data, withBatch(2));
        train(*one, samples, 2);
        const auto three = load(EmulatedBackend(3), plain(), m_data, withBatch(2));
        train(*three, samples, 2);
        QVERIFY(sameBits(contents(*one, Arena::Parameters), contents(*three, Arena::Parameters)));
        QCOMPARE(three->drainMetrics().steps.size(), std::size_t{30});
    }

    /// Whatever order a device runs blocks and threads in, and however often: the same bits.
    void resultsDependOnNoOrder() {
        std::vector<std::vector<float>> expected;
        using Kind = emulation::Order::Kind;
        for (const emulation::Order order :
            {emulation::Order{}, emulation::Order{}, emulation::Order{Kind::Reversed, 0},
                emulation::Order{Kind::Shuffled, 1}, emulation::Order{Kind::Shuffled, 2},
                emulation::Order{Kind::Shuffled, 3}, emulation::Order{Kind::Shuffled, 4},
                emulation::Order{Kind::Shuffled, 5}, emulation::Order{Kind::Shuffled, 6},
                emulation::Order{Kind::Shuffled, 7}, emulation::Order{Kind::Shuffled, 8}}) {
            freshDevice();
            emulation::setOrder(order);
            const auto executor = load(EmulatedBackend(2), allKinds(), m_data, withBatch(8));
            train(*executor, firstSamples(29), 8);
            std::vector<std::vector<float>> found;
            for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments, Arena::Gradients})
                found.push_back(contents(*executor, arena));
            const Evaluation evaluation = executor->evaluate({Split::Test, 0, 23});
            found.push_back({static_cast<float>(evaluation.lossSum), static_cast<float>(evaluation.correct)});
            if (expected.empty())
                expected = found;
            for (std::size_t i = 0; i < found.size(); ++i)
                QVERIFY(sameBits(found[i], expected[i]));
        }
    }

    void optimizersFollowTheFormulas_data() {
        QTest::addColumn<int>("kind");
        for (const OptimizerKind kind : allOptimizers)
            QTest::newRow(name(kind)) << static_cast<int>(kind);
    }
    void optimizersFollowTheFormulas() {
        QFETCH(int, kind);
        TrainingSpec spec = withBatch(16, static_cast<OptimizerKind>(kind));
        spec.optimizer.weightDecay = 0.2f; // strong enough that its absence would be seen
        const auto reference = load(ReferenceBackend(), plain(), m_data, spec);
        const auto executor = load(EmulatedBackend(), plain(), m_data, spec);
        for (Executor* each : {reference.get(), executor.get()})
            train(*each, firstSamples(60), 16, 1, 1e-2f);
        for (const Arena arena : {Arena::Parameters, Arena::Moments}) {
            QCOMPARE(executor->arenaSize(arena), reference->arenaSize(arena));
            QVERIFY(scaledDifference(contents(*reference, arena), contents(*executor, arena)) < 2e-4);
        }
    }

    /// Training images are augmented as the definition says; tested ones are not.
    void augmentationIsTheReferences() {
        TrainingSpec spec = withBatch(20, OptimizerKind::Sgd);
        spec.augmentation = {3, true};
        const auto reference = load(ReferenceBackend(), plain(), m_data, spec);
        const auto executor = load(EmulatedBackend(), plain(), m_data, spec);
        QVERIFY(std::abs(reference->evaluate({Split::Train, 0, 60}).lossSum -
                         executor->evaluate({Split::Train, 0, 60}).lossSum) < 1e-3);
        for (Executor* each : {reference.get(), executor.get()})
            train(*each, firstSamples(60), 20, 5);
        const auto expected = reference->drainMetrics().steps;
        const auto found = executor->drainMetrics().steps;
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(expected.at(i).loss - found.at(i).loss) < 1e-5f * expected[i].loss);
    }

    /// In one pass or in several, also with a rest, whatever the batch size.
    void evaluationAgreesWithTheCpus() {
        const auto cpu = load(CpuBackend(1), allKinds(), m_data, withBatch(4));
        for (const int evaluationImages : {5, 64}) {
            const auto executor = load(EmulatedBackend(1, evaluationImages), allKinds(), m_data, withBatch(4));
            for (const SampleRange range : {SampleRange{Split::Test, 0, 23}, SampleRange{Split::Test, 22, 1},
                     SampleRange{Split::Train, 7, 31}, SampleRange{Split::Test, 5, 0}}) {
                std::vector<Prediction> expected(range.count);
                std::vector<Prediction> found(range.count);
                const Evaluation wanted = cpu->evaluate(range, expected);
                const Evaluation evaluation = executor->evaluate(range, found);
                QCOMPARE(evaluation.count, static_cast<std::int64_t>(range.count));
                QCOMPARE(evaluation.correct, wanted.correct);
                QVERIFY(std::abs(evaluation.lossSum - wanted.lossSum) <= 1e-5 * std::max(1.0, wanted.lossSum));
                QCOMPARE(executor->evaluate(range).lossSum, evaluation.lossSum);
                for (std::size_t i = 0; i < range.count; ++i) {
                    QVERIFY(found[i].classes == expected[i].classes);
                    for (std::size_t place = 0; place < found[i].probabilities.size(); ++place)
                        QVERIFY(std::abs(found[i].probabilities[place] - expected[i].probabilities[place]) <= 1e-5f);
                }
            }
            std::vector<Prediction> wrong(3);
            QVERIFY_EXCEPTION_THROWN(executor->evaluate({Split::Test, 0, 2}, wrong), Error);
            QVERIFY_EXCEPTION_THROWN(executor->evaluate({Split::Test, 0, 24}), Error);
        }
    }

    /// More images than there is memory for predictions: stretches add up.
    void longEvaluationsAddUp() {
        const Network network{"small", {1, 1, 2}, {Flatten{}, Dense{2}}};
        const DataSetPtr data = randomImages({1, 1, 2}, 2, 9000, 1);
        const auto cpu = load(CpuBackend(1), network, data, withBatch(2));
        const auto executor = load(EmulatedBackend(1, 3000), network, data, withBatch(2));
        std::vector<Prediction> expected(9000);
        std::vector<Prediction> found(9000);
        const Evaluation wanted = cpu->evaluate({Split::Train, 0, 9000}, expected);
        const Evaluation evaluation = executor->evaluate({Split::Train, 0, 9000}, found);
        QCOMPARE(evaluation.correct, wanted.correct);
        QVERIFY(std::abs(evaluation.lossSum - wanted.lossSum) <= 1e-5 * wanted.lossSum);
        for (std::size_t i = 0; i < found.size(); ++i)
            QVERIFY(found[i].classes == expected[i].classes);
    }

    void arenasReadBackWhatWasWritten() {
        for (const OptimizerKind kind : {OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Adam}) {
            const auto executor = EmulatedBackend().load(allKinds(), m_data, withBatch(2, kind));
            for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Gradients, Arena::Moments}) {
                const std::vector<float> zeros(executor->arenaSize(arena));
                QVERIFY(sameBits(contents(*executor, arena), zeros));
                std::vector<float> values(executor->arenaSize(arena));
                std::iota(values.begin(), values.end(), 1.0f);
                executor->write(arena, values);
                QVERIFY(sameBits(contents(*executor, arena), values));
                std::vector<float> wrong(values.size() + 1);
                QVERIFY_EXCEPTION_THROWN(executor->write(arena, wrong), Error);
                QVERIFY_EXCEPTION_THROWN(executor->read(arena, wrong), Error);
            }
        }
    }

    /// Copies hold what held when they were begun, whatever is trained or written meanwhile and however the streams
    /// take turns.
    void copiesAreOfTheirStep() {
        const auto samples = firstSamples(60);
        using Kind = emulation::Order::Kind;
        for (const emulation::Order order :
            {emulation::Order{}, emulation::Order{Kind::Reversed, 0}, emulation::Order{Kind::Shuffled, 1},
                emulation::Order{Kind::Shuffled, 2}, emulation::Order{Kind::Shuffled, 3}}) {
            freshDevice();
            emulation::setOrder(order);
            const auto executor = load(EmulatedBackend(2), allKinds(), m_data, withBatch(2));
            const auto twin = load(EmulatedBackend(2), allKinds(), m_data, withBatch(2));
            SnapshotCopies& copies = *executor->snapshotCopies();
            QVERIFY(copies.most() >= 2);
            std::deque<std::pair<std::vector<float>, std::vector<float>>> expected;
            const auto takeOne = [&] {
                std::vector<float> parameters(executor->arenaSize(Arena::Parameters));
                std::vector<float> state(executor->arenaSize(Arena::State));
                copies.take(parameters, state);
                QVERIFY(sameBits(parameters, expected.front().first));
                QVERIFY(sameBits(state, expected.front().second));
                expected.pop_front();
            };
            for (std::size_t step = 0; step < 30; ++step) {
                if (expected.size() == copies.most())
                    takeOne();
                for (Executor* each : {executor.get(), twin.get()})
                    train(*each, std::span(samples).subspan(2 * step, 2), 2, static_cast<std::int64_t>(step) + 1);
                copies.begin();
                expected.emplace_back(contents(*twin, Arena::Parameters), contents(*twin, Arena::State));
                // While the device may not have come to the step yet.
                while (step % 7 == 1 && !expected.empty())
                    takeOne();
            }
            executor->write(Arena::Parameters, std::vector<float>(executor->arenaSize(Arena::Parameters)));
            while (!expected.empty())
                takeOne();
            QVERIFY_EXCEPTION_THROWN(takeOneOf(copies, *executor), std::logic_error);
            // Some are still under way when it is destroyed.
            copies.begin();
            for (std::size_t more = 1; more < copies.most(); ++more)
                copies.begin();
            QVERIFY_EXCEPTION_THROWN(copies.begin(), std::logic_error);
        }
    }

    void profileLeavesEverythingAsItWas() {
        const auto samples = firstSamples(40);
        const auto executor = load(EmulatedBackend(), allKinds(), m_data, withBatch(8));
        const auto other = load(EmulatedBackend(), allKinds(), m_data, withBatch(8));
        for (Executor* each : {executor.get(), other.get()})
            train(*each, std::span(samples).first(16), 8);
        const std::vector<float> rates{0.5f, 0.5f};
        const StepTimes times = executor->profile({3, std::span(samples).subspan(16, 16), 8, rates});
        QCOMPARE(times.steps.size(), executor->plan().steps.size());
        for (const StepTimes::Entry& entry : times.steps)
            QVERIFY(entry.forward >= 0 && entry.backward >= 0);
        for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments, Arena::Gradients})
            QVERIFY(sameBits(contents(*executor, arena), contents(*other, arena)));
        for (Executor* each : {executor.get(), other.get()})
            train(*each, std::span(samples).subspan(16), 8, 3);
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), contents(*other, Arena::Parameters)));
        const Metrics metrics = executor->drainMetrics();
        QCOMPARE(metrics.steps.size(), std::size_t{5});
        for (std::size_t i = 0; i < 5; ++i)
            QCOMPARE(metrics.steps[i].step, static_cast<std::int64_t>(i) + 1);
    }

    void nonFiniteLossStopsUpdatesUntilParametersAreWritten() {
        const auto samples = firstSamples(24);
        const auto executor = load(EmulatedBackend(2), allKinds(), m_data, withBatch(8));
        const auto good = contents(*executor, Arena::Parameters);
        std::vector<float> poisoned = good;
        poisoned[5] = std::numeric_limits<float>::quiet_NaN(); // a weight of the first convolution
        executor->write(Arena::Parameters, poisoned);
        const auto state = contents(*executor, Arena::State);
        train(*executor, samples, 8, 7);
        Metrics metrics = executor->drainMetrics();
        QCOMPARE(metrics.steps.size(), std::size_t{3});
        QVERIFY(metrics.nonFiniteStep == std::int64_t{7});
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), poisoned));
        QVERIFY(sameBits(contents(*executor, Arena::State), state));
        QVERIFY(sameBits(contents(*executor, Arena::Moments), std::vector<float>(executor->arenaSize(Arena::Moments))));
        train(*executor, samples, 8, 10);
        QVERIFY(!executor->drainMetrics().nonFiniteStep); // it was told

        // A profile has an update to time all the same, and changes nothing of it.
        const std::vector<float> rates{0.5f};
        executor->profile({13, std::span(samples).first(8), 8, rates});
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), poisoned));
        train(*executor, samples, 8, 13);
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), poisoned));

        executor->write(Arena::Parameters, good);
        train(*executor, samples, 8, 16);
        metrics = executor->drainMetrics();
        QVERIFY(!metrics.nonFiniteStep);
        QVERIFY(!sameBits(contents(*executor, Arena::Parameters), good));
    }

    /// The ring of results goes round while nobody asks for them.
    void resultsAreKeptUntilTheyAreAskedFor() {
        const Network network{"small", {1, 1, 2}, {Flatten{}, Dense{2}}};
        const DataSetPtr data = randomImages({1, 1, 2}, 2, 1100, 1);
        const auto executor = load(EmulatedBackend(64), network, data, withBatch(1, OptimizerKind::Sgd));
        const auto cpu = load(CpuBackend(1), network, data, withBatch(1, OptimizerKind::Sgd));
        for (Executor* each : {executor.get(), cpu.get()})
            train(*each, firstSamples(1100), 1);
        const auto found = executor->drainMetrics().steps;
        const auto expected = cpu->drainMetrics().steps;
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(found[i].step, static_cast<std::int64_t>(i) + 1);
            QVERIFY(std::abs(found[i].loss - expected[i].loss) < 1e-3f);
        }
    }

    /// No more than two launches are under way: before the third, the host waits for the first.
    void theHostIsNeverFarAhead() {
        const auto executor = load(EmulatedBackend(), plain(), m_data, withBatch(10));
        emulation::countCalls();
        train(*executor, firstSamples(60), 10);
        std::size_t ahead = 0;
        for (const std::string& call : emulation::calls()) {
            if (call == "cudaGraphLaunch")
                QVERIFY(++ahead <= 2);
            if (call == "cudaEventSynchronize")
                --ahead;
        }
        QCOMPARE(callsOf("cudaGraphLaunch"), std::size_t{6});
    }

    /// Images are taken as they come to exist, and never before.
    void dataInTheMakingIsTakenPieceByPiece() {
        const auto growing = std::make_shared<const GrowingSet>(m_data);
        const std::vector<std::uint32_t> early{1, 7, 50};
        growing->require(Split::Train, early);
        const auto whole = load(EmulatedBackend(), plain(), m_data, withBatch(8));
        const auto executor = load(EmulatedBackend(), plain(), growing, withBatch(8));
        std::vector<std::uint32_t> samples;
        for (std::uint32_t i = 0; i < 60; ++i)
            samples.push_back(i * 17 % 60);
        for (std::size_t at = 0; at < samples.size(); at += 12) {
            const auto part = std::span(samples).subspan(at, 12);
            growing->require(Split::Train, part);
            const auto step = static_cast<std::int64_t>(at / 6) + 1;
            train(*executor, part, 8, step);
            train(*whole, part, 8, step);
        }
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), contents(*whole, Arena::Parameters)));
        for (const SampleRange range : {SampleRange{Split::Test, 3, 11}, SampleRange{Split::Test, 0, 23}}) {
            std::vector<std::uint32_t> indices(range.count);
            std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(range.first));
            growing->require(Split::Test, indices);
            QCOMPARE(executor->evaluate(range).lossSum, whole->evaluate(range).lossSum);
        }
    }

    void whatCannotBeTrainedIsRefused() {
        const auto executor = load(EmulatedBackend(), allKinds(), m_data, withBatch(8));
        const auto samples = firstSamples(60);
        QVERIFY(errorOf([&] { train(*executor, samples, 9); }).contains("at most 8"));
        QVERIFY(errorOf([&] { train(*executor, std::span(samples).first(9), 8); }).contains("batch of 1 image"));
        const std::vector<std::uint32_t> beyond{0, 60};
        QVERIFY(errorOf([&] { train(*executor, beyond, 8); }).contains("index 60"));
        const std::vector<float> rates{1e-3f};
        QVERIFY(errorOf([&] { executor->trainSteps({1, samples, 8, rates}); }).contains("learning rates"));
        QVERIFY(executor->drainMetrics().steps.empty());
        train(*executor, std::span(samples).first(18), 8);
        QCOMPARE(executor->drainMetrics().steps.back().count, 2);
    }

    /// What does not fit is refused with figures before it is tried, and leaves nothing behind.
    void networksThatDoNotFitAreRefused() {
        emulation::DeviceConfiguration small;
        small.memory = std::size_t{200} << 20;
        freshDevice(small);
        const QString refusal = errorOf([&] {
            EmulatedBackend().load(preset("classic"), randomImages({1, 28, 28}, 10, 5, 5), withBatch(65536));
        });
        QVERIFY2(refusal.contains("MB of free memory of 200 MB"), qPrintable(refusal));
        QVERIFY2(refusal.contains("for batches of 65536"), qPrintable(refusal));
        QVERIFY2(refusal.contains("smaller batch"), qPrintable(refusal));
        QVERIFY(emulation::alive() == emulation::Alive{});
        const auto executor = load(EmulatedBackend(), plain(), m_data, withBatch(8));
        train(*executor, firstSamples(8), 8);
        QCOMPARE(executor->drainMetrics().steps.size(), std::size_t{1});
    }

    /// What is left behind the last launch of the largest graph goes in few launches too.
    void fewStepsAreLaunchedTogetherToo() {
        const auto executor = EmulatedBackend(16).loadCuda(plain(), m_data, withBatch(8)); // graphs of 16, 2 and 1 step
        begin(*executor, withBatch(8));
        train(*executor, firstSamples(56), 8); // 7 steps
        QCOMPARE(executor->launches(), std::int64_t{4});
        QCOMPARE(executor->drainMetrics().steps.size(), std::size_t{7});
    }

    /// As many steps a launch as are wanted, measured where nobody says: on a device without a clock, some number.
    void stepsPerLaunchAreMeasured() {
        const auto executor = EmulatedBackend(0).loadCuda(plain(), m_data, withBatch(8));
        QVERIFY(executor->stepsPerLaunch() >= 1 && executor->stepsPerLaunch() <= 64);
        QCOMPARE(executor->stepsPerCall(), executor->stepsPerLaunch());
        for (const Arena arena : {Arena::Parameters, Arena::Gradients, Arena::Moments, Arena::State})
            for (const float value : contents(*executor, arena)) // the measurement leaves nothing behind
                QCOMPARE(value, 0.0f);
        begin(*executor, withBatch(8));
        const auto other = load(EmulatedBackend(), plain(), m_data, withBatch(8));
        for (Executor* each : {static_cast<Executor*>(executor.get()), other.get()})
            train(*each, firstSamples(60), 8);
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), contents(*other, Arena::Parameters)));
    }

private:
    DataSetPtr m_data;
};

QTEST_APPLESS_MAIN(CudaExecutorTest)
#include "cuda_executor_test.moc"
