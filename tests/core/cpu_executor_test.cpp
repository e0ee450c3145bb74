// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/scaled_difference.h"
#include "cpu/cpu_backend.h"
#include "cpu/isa/isa.h"
#include "executor_support.h"
#include "reference/reference_backend.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace kernelscope;

namespace {

/// Batch norm behind a convolution and behind a dense layer, dropout, and padding.
Network regularized() {
    return {"regularized", {1, 28, 28},
        {Conv{5, 3, 2, Padding::same()}, BatchNorm{}, Activation{ActivationKind::LeakyRelu, 0.1f},
            Pool{PoolKind::Max, 2, 2}, Dropout{0.3f}, Flatten{}, Dense{12}, BatchNorm{},
            Activation{ActivationKind::Relu}, Dropout{0.5f}, Dense{10}}};
}

} // namespace

class CpuExecutorTest : public QObject {
    Q_OBJECT

private slots:
    void init() { m_data = randomImages({1, 28, 28}, 10, 300, 70); }
    void cleanup() { qunsetenv("KERNELSCOPE_ISA"); }

    void deviceNamesWhatItIs() {
        QCOMPARE(CpuBackend().device().id, std::string("cpu"));
        QCOMPARE(CpuBackend().device().threads, availableThreads());
        const DeviceInfo info = CpuBackend(3).device();
        QCOMPARE(info.id, std::string("cpu:3"));
        QCOMPARE(info.threads, 3);
        QVERIFY(!info.name.empty());
        qputenv("KERNELSCOPE_ISA", "portable");
        QCOMPARE(CpuBackend().device().instructionSet, std::string("portable"));
        QVERIFY_EXCEPTION_THROWN(CpuBackend(-1), Error);
        QVERIFY_EXCEPTION_THROWN(CpuBackend(1025), Error);
    }

    void instructionSetsAreForcedByName() {
        const std::pair<const char*, const char*> names[]{
            {"portable", "portable"}, {"avx2", "AVX2"}, {"avx512", "AVX-512"}};
        const std::vector<std::string> available = cpu::availableIsas();
        QCOMPARE(available.front(), std::string("portable"));
        for (const auto& [isa, shown] : names) {
            if (std::ranges::find(available, isa) == available.end())
                continue;
            qputenv("KERNELSCOPE_ISA", isa);
            QCOMPARE(CpuBackend().device().instructionSet, std::string(shown));
        }
        // The best one without the variable, and with an empty one.
        qputenv("KERNELSCOPE_ISA", available.back().c_str());
        const std::string best = CpuBackend().device().instructionSet;
        qunsetenv("KERNELSCOPE_ISA");
        QCOMPARE(CpuBackend().device().instructionSet, best);
        qputenv("KERNELSCOPE_ISA", "");
        QCOMPARE(CpuBackend().device().instructionSet, best);
    }

    void unknownInstructionSetsAreNamed() {
        std::vector<const char*> refused{"mmx", "AVX2", "avx2 ", "portable,avx2"};
        const std::vector<std::string> available = cpu::availableIsas();
        for (const char* isa : {"avx2", "avx512"})
            if (std::ranges::find(available, isa) == available.end())
                refused.push_back(isa); // known, but not to this machine
        for (const char* isa : refused) {
            qputenv("KERNELSCOPE_ISA", isa);
            try {
                CpuBackend(1).load(preset("tiny"), m_data, withBatch(8));
                QFAIL(isa);
            } catch (const Error& error) {
                const std::string text = error.what();
                for (const std::string& part : {std::string("KERNELSCOPE_ISA"), std::string(isa), available.front()})
                    QVERIFY2(text.find(part) != std::string::npos, text.c_str());
            }
        }
    }

    /// Also run on an emulated processor without AVX, where "portable" is the only set there is.
    void oldProcessorsTrain() {
#if defined(__x86_64__)
        if (!__builtin_cpu_supports("avx2")) {
            QCOMPARE(cpu::availableIsas(), std::vector<std::string>{"portable"});
            QCOMPARE(CpuBackend().device().instructionSet, std::string("portable"));
        }
#endif
        qputenv("KERNELSCOPE_ISA", "portable");
        const auto samples = firstSamples(6);
        const auto reference = load(ReferenceBackend(), preset("classic"), m_data, withBatch(3));
        const auto executor = load(CpuBackend(2), preset("classic"), m_data, withBatch(3));
        train(*reference, samples, 3);
        train(*executor, samples, 3);
        QVERIFY(
            scaledDifference(contents(*reference, Arena::Parameters), contents(*executor, Arena::Parameters)) < 1e-3);
    }

    void runsAreBitIdentical_data() {
        QTest::addColumn<QString>("isa");
        QTest::addColumn<int>("threads");
        for (const std::string& isa : cpu::availableIsas())
            for (int threads : {1, 2, 3})
                QTest::addRow("%s, %d threads", isa.c_str(), threads) << QString::fromStdString(isa) << threads;
    }
    void runsAreBitIdentical() {
        QFETCH(QString, isa);
        QFETCH(int, threads);
        qputenv("KERNELSCOPE_ISA", isa.toUtf8());
        std::vector<float> results[2];
        for (auto& result : results) {
            const auto executor = load(CpuBackend(threads), preset("classic"), m_data, withBatch(32));
            train(*executor, firstSamples(75), 32);
            result = contents(*executor, Arena::Parameters);
        }
        QVERIFY(sameBits(results[0], results[1]));
    }

    void callsCanBeCutAnywhere() {
        // Ten steps at once, or one by one: the same.
        const auto samples = firstSamples(300);
        const auto whole = load(CpuBackend(2), preset("tiny"), m_data, withBatch(32));
        const auto cut = load(CpuBackend(2), preset("tiny"), m_data, withBatch(32));
        train(*whole, samples, 32);
        for (std::size_t step = 0; step < 10; ++step)
            train(*cut, std::span(samples).subspan(step * 32, std::min<std::size_t>(32, 300 - step * 32)), 32,
                static_cast<std::int64_t>(step) + 1);
        QVERIFY(sameBits(contents(*whole, Arena::Parameters), contents(*cut, Arena::Parameters)));
        QCOMPARE(whole->drainMetrics().steps.size(), std::size_t{10});
        QCOMPARE(cut->drainMetrics().steps.back().count, 300 - 9 * 32);
    }

    /// Dropout's masks follow the step, the running statistics the arena: both survive any cut, and a move.
    void regularizedRunsCanBeCutAndMoved() {
        const auto samples = firstSamples(75);
        const TrainingSpec spec = withBatch(16);
        for (const int threads : {1, 2, 3}) {
            const CpuBackend backend(threads);
            const auto whole = load(backend, regularized(), m_data, spec);
            train(*whole, samples, 16);
            const auto first = load(backend, regularized(), m_data, spec);
            train(*first, std::span(samples).first(32), 16);
            const auto second = load(backend, regularized(), m_data, spec);
            for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments})
                second->write(arena, contents(*first, arena));
            train(*second, std::span(samples).subspan(32), 16, 3);
            for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments})
                QVERIFY(sameBits(contents(*whole, arena), contents(*second, arena)));
            QVERIFY(contents(*whole, Arena::State) != initialState(whole->plan()));
        }
    }

    void regularizedRunsFollowTheReference() {
        const auto samples = firstSamples(75);
        const TrainingSpec spec = withBatch(16, OptimizerKind::Momentum);
        const auto reference = load(ReferenceBackend(), regularized(), m_data, spec);
        train(*reference, samples, 16, 1, 1e-2f);
        const Evaluation expected = reference->evaluate({Split::Test, 0, 70});
        for (const int threads : {1, 2, 3}) {
            const auto executor = load(CpuBackend(threads), regularized(), m_data, spec);
            train(*executor, samples, 16, 1, 1e-2f);
            QVERIFY(scaledDifference(contents(*reference, Arena::State), contents(*executor, Arena::State)) < 1e-4);
            const Evaluation found = executor->evaluate({Split::Test, 0, 70});
            QVERIFY(std::abs(found.lossSum - expected.lossSum) <= 1e-3 * expected.lossSum);
        }
    }

    void batchesThatBatchNormCannotTakeAreRefused() {
        const auto executor = load(CpuBackend(2), regularized(), m_data, withBatch(32));
        // A whole batch must have its place.
        QVERIFY_EXCEPTION_THROWN(train(*executor, firstSamples(100), 100), Error);
        // Behind a dense layer, one image has but one value for each channel.
        QVERIFY_EXCEPTION_THROWN(train(*executor, firstSamples(33), 32), Error);
        QVERIFY_EXCEPTION_THROWN(train(*executor, firstSamples(1), 32), Error);
        const auto reference = load(ReferenceBackend(), regularized(), m_data, withBatch(32));
        QVERIFY_EXCEPTION_THROWN(train(*reference, firstSamples(1), 32), Error);
        train(*executor, firstSamples(34), 32);
        QCOMPARE(executor->drainMetrics().steps.size(), std::size_t{2});
    }

    void stepsThatAreNotFiniteLeaveTheStatistics() {
        const auto samples = firstSamples(64);
        const ReferenceBackend reference;
        const CpuBackend cpu(2);
        for (const Backend* backend : {static_cast<const Backend*>(&reference), static_cast<const Backend*>(&cpu)}) {
            const auto executor = load(*backend, regularized(), m_data, withBatch(32));
            train(*executor, samples, 32);
            std::vector<float> poisoned = contents(*executor, Arena::Parameters);
            poisoned[0] = std::numeric_limits<float>::quiet_NaN();
            executor->write(Arena::Parameters, poisoned);
            const auto before = contents(*executor, Arena::State);
            train(*executor, samples, 32, 3);
            QVERIFY(executor->drainMetrics().nonFiniteStep.has_value());
            QVERIFY(sameBits(contents(*executor, Arena::State), before));
        }
    }

    void partialBatchIsABatchOfItsSize() {
        const auto samples = firstSamples(11);
        const auto partial = load(CpuBackend(2), preset("tiny"), m_data, withBatch(32));
        const auto exact = load(CpuBackend(2), preset("tiny"), m_data, withBatch(11));
        train(*partial, samples, 32);
        train(*exact, samples, 11);
        QVERIFY(sameBits(contents(*partial, Arena::Gradients), contents(*exact, Arena::Gradients)));
        QVERIFY(sameBits(contents(*partial, Arena::Parameters), contents(*exact, Arena::Parameters)));
        QCOMPARE(partial->drainMetrics().steps.at(0).count, 11);
    }

    /// Groups of a thread's images share the places of what lies between the convolutions, whatever their number.
    void groupsMakeOneBatch() {
        const Network network{"grouped", {1, 28, 28},
            {Conv{5, 3, 1, 1}, Activation{ActivationKind::Relu, 0}, Pool{PoolKind::Max, 2, 2}, Dropout{0.25f},
                Conv{6, 3, 1, 0}, Activation{ActivationKind::Tanh, 0}, Dropout{0.25f}, Pool{PoolKind::Max, 3, 2},
                Flatten{}, Dense{10}}};
        const TrainingSpec spec = withBatch(37);
        const auto reference = load(ReferenceBackend(), network, m_data, spec);
        train(*reference, firstSamples(74), 37);
        const auto expected = contents(*reference, Arena::Gradients);
        for (const int threads : {1, 2, 3}) {
            const auto executor = load(CpuBackend(threads), network, m_data, spec);
            train(*executor, firstSamples(74), 37);
            QVERIFY(scaledDifference(expected, contents(*executor, Arena::Gradients)) < 2e-4);
        }
    }

    void optimizersFollowTheFormulas_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("SGD") << static_cast<int>(OptimizerKind::Sgd);
        QTest::newRow("momentum") << static_cast<int>(OptimizerKind::Momentum);
        QTest::newRow("Nesterov") << static_cast<int>(OptimizerKind::Nesterov);
        QTest::newRow("Adam") << static_cast<int>(OptimizerKind::Adam);
        QTest::newRow("AdamW") << static_cast<int>(OptimizerKind::AdamW);
    }
    /// Larger batches than fit the executor's memory at once, too: 300 images on one thread.
    void optimizersFollowTheFormulas() {
        QFETCH(int, kind);
        for (const int batch : {32, 300}) {
            TrainingSpec spec = withBatch(batch, static_cast<OptimizerKind>(kind));
            spec.optimizer.weightDecay = 0.2f; // strong enough that its absence would be seen
            const auto reference = load(ReferenceBackend(), preset("tiny"), m_data, spec);
            train(*reference, firstSamples(300), batch, 1, 1e-2f);
            const auto expected = contents(*reference, Arena::Parameters);
            for (const int threads : {1, 2}) {
                const auto executor = load(CpuBackend(threads), preset("tiny"), m_data, spec);
                train(*executor, firstSamples(300), batch, 1, 1e-2f);
                const auto found = contents(*executor, Arena::Parameters);
                QVERIFY(scaledDifference(expected, found) < 2e-4);
                if (executor->arenaSize(Arena::Moments) > 0)
                    QVERIFY(scaledDifference(
                                contents(*reference, Arena::Moments), contents(*executor, Arena::Moments)) < 2e-4);
            }
        }
    }

    /// What is decayed, by what each instruction set's loop: weights alone, batch norm's left in peace.
    void everyInstructionSetFollowsTheFormulas() {
        for (const std::string& isa : cpu::availableIsas()) {
            qputenv("KERNELSCOPE_ISA", isa.c_str());
            for (const OptimizerKind kind : allOptimizers) {
                TrainingSpec spec = withBatch(30, kind);
                spec.optimizer.weightDecay = 0.2f;
                const auto reference = load(ReferenceBackend(), regularized(), m_data, spec);
                const auto executor = load(CpuBackend(2), regularized(), m_data, spec);
                for (Executor* each : {reference.get(), executor.get()})
                    train(*each, firstSamples(60), 30, 1, 1e-2f);
                // Adam's first steps have the size of the learning rate whatever the gradient's: where that is but
                // rounding (biases in front of batch norm), the sign is chance. The moments tell.
                const Arena arena = isAdaptive(kind) ? Arena::Moments : Arena::Parameters;
                const double difference = scaledDifference(contents(*reference, arena), contents(*executor, arena));
                QVERIFY2(
                    difference < 1e-3, qPrintable(QString("%1, %2: %3").arg(isa.c_str(), name(kind)).arg(difference)));
            }
        }
    }

    /// Training images are augmented, each by its step and place in the batch, to the same pixels on both devices;
    /// tested ones are not.
    void augmentationIsTheReferences() {
        const Network network = preset("tiny");
        for (const AugmentationSpec augmentation :
            {AugmentationSpec{2, true}, AugmentationSpec{4, false}, AugmentationSpec{0, true}}) {
            TrainingSpec spec = withBatch(300, OptimizerKind::Sgd);
            spec.augmentation = augmentation;
            // The same images, made by hand: what a plain run on them finds must be found bit for bit.
            const auto samples = firstSamples(300);
            MemoryDataSet::Part images;
            for (const std::uint32_t sample : samples) {
                const auto image = m_data->image(Split::Train, sample);
                std::vector<std::uint8_t> changed(image.size());
                augment(image, {1, 28, 28}, drawAugmentation(augmentation, spec.seed, 7, sample), changed);
                images.pixels.insert(images.pixels.end(), changed.begin(), changed.end());
                images.labels.push_back(m_data->label(Split::Train, sample));
            }
            const auto made = std::make_shared<const MemoryDataSet>(m_data->info(), images, images);
            TrainingSpec plain = spec;
            plain.augmentation = {};
            for (const bool onCpu : {true, false}) {
                const std::unique_ptr<Backend> backend = onCpu ? std::unique_ptr<Backend>(new CpuBackend(2))
                                                               : std::unique_ptr<Backend>(new ReferenceBackend());
                const auto augmenting = load(*backend, network, m_data, spec);
                const auto expected = load(*backend, network, made, plain);
                const Evaluation before = augmenting->evaluate({Split::Train, 0, 300});
                const auto untouched = load(*backend, network, m_data, plain);
                QCOMPARE(before.lossSum, untouched->evaluate({Split::Train, 0, 300}).lossSum);
                train(*augmenting, samples, 300, 7);
                train(*expected, samples, 300, 7);
                train(*untouched, samples, 300, 7);
                QVERIFY(sameBits(contents(*augmenting, Arena::Parameters), contents(*expected, Arena::Parameters)));
                QVERIFY(!sameBits(contents(*augmenting, Arena::Parameters), contents(*untouched, Arena::Parameters)));
                QCOMPARE(augmenting->drainMetrics().steps.at(0).loss, expected->drainMetrics().steps.at(0).loss);
            }
        }
    }

    void evaluationAgreesWithTheReference() {
        const auto reference = load(ReferenceBackend(), preset("lenet-5"), m_data, withBatch(32));
        for (const int threads : {1, 2, 3}) {
            const auto executor = load(CpuBackend(threads), preset("lenet-5"), m_data, withBatch(32));
            for (const SampleRange range : {SampleRange{Split::Test, 0, 70}, SampleRange{Split::Test, 69, 1},
                     SampleRange{Split::Train, 17, 123}, SampleRange{Split::Test, 5, 0}}) {
                const Evaluation expected = reference->evaluate(range);
                const Evaluation found = executor->evaluate(range);
                QCOMPARE(found.count, static_cast<std::int64_t>(range.count));
                QCOMPARE(found.correct, expected.correct);
                QVERIFY(std::abs(found.lossSum - expected.lossSum) <= 1e-5 * std::max(1.0, expected.lossSum));
            }
        }
    }

    /// What the images are taken for: the same classes, however the range is divided among threads and calls.
    void predictionsAgreeWithTheReference() {
        const auto reference = load(ReferenceBackend(), preset("lenet-5"), m_data, withBatch(32));
        constexpr std::size_t count = 123; // more than the threads' slots hold at once, and no multiple of them
        std::vector<Prediction> expected(count);
        const Evaluation evaluation = reference->evaluate({Split::Train, 17, count}, expected);
        std::int64_t right = 0;
        for (std::size_t i = 0; i < count; ++i)
            right += expected[i].classes[0] == m_data->label(Split::Train, 17 + i);
        QCOMPARE(right, evaluation.correct);
        for (const int threads : {1, 2, 3}) {
            const auto executor = load(CpuBackend(threads), preset("lenet-5"), m_data, withBatch(32));
            std::vector<Prediction> found(count);
            const Evaluation whole = executor->evaluate({Split::Train, 17, count}, found);
            QCOMPARE(whole.correct, evaluation.correct);
            QCOMPARE(whole.lossSum, executor->evaluate({Split::Train, 17, count}).lossSum);
            for (std::size_t i = 0; i < count; ++i) {
                QVERIFY(found[i].classes == expected[i].classes);
                for (std::size_t place = 0; place < found[i].probabilities.size(); ++place)
                    QVERIFY(std::abs(found[i].probabilities[place] - expected[i].probabilities[place]) <= 1e-5f);
            }
            std::vector<Prediction> cut(count);
            for (std::size_t at = 0; at < count; at += 41)
                executor->evaluate({Split::Train, 17 + at, 41}, std::span(cut).subspan(at, 41));
            QVERIFY(cut == found);
            std::vector<Prediction> wrong(count + 1);
            QVERIFY_EXCEPTION_THROWN(executor->evaluate({Split::Train, 17, count}, wrong), Error);
            // Training after it writes nowhere.
            const std::vector<Prediction> before = found;
            train(*executor, firstSamples(64), 32);
            QVERIFY(before == found);
        }
        std::vector<Prediction> wrong(1);
        QVERIFY_EXCEPTION_THROWN(reference->evaluate({Split::Train, 0, 2}, wrong), Error);
    }

    void arenasReadBackWhatWasWritten() {
        const auto executor = CpuBackend(2).load(regularized(), m_data, withBatch(8));
        for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Gradients, Arena::Moments}) {
            std::vector<float> values(executor->arenaSize(arena));
            std::iota(values.begin(), values.end(), 1.0f);
            executor->write(arena, values);
            QVERIFY(sameBits(contents(*executor, arena), values));
            std::vector<float> wrong(values.size() + 1);
            QVERIFY_EXCEPTION_THROWN(executor->write(arena, wrong), Error);
            QVERIFY_EXCEPTION_THROWN(executor->read(arena, wrong), Error);
        }
    }

    void profileLeavesEverythingAsItWas() {
        const auto executor = load(CpuBackend(2), regularized(), m_data, withBatch(32));
        const auto samples = firstSamples(64);
        train(*executor, samples, 32);
        const auto parameters = contents(*executor, Arena::Parameters);
        const auto moments = contents(*executor, Arena::Moments);
        const auto state = contents(*executor, Arena::State);
        const Evaluation before = executor->evaluate({Split::Test, 0, 70});
        (void)executor->drainMetrics();

        const std::vector<float> rates(1, 0.5f);
        const StepTimes times = executor->profile({3, std::span(samples).first(32), 32, rates});
        QCOMPARE(times.steps.size(), executor->plan().steps.size());
        for (const StepTimes::Entry& entry : times.steps)
            QVERIFY(entry.forward > 0 && entry.forward < 1);
        QVERIFY(times.steps[1].backward > 0);
        QVERIFY(times.update > 0);
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), parameters));
        QVERIFY(sameBits(contents(*executor, Arena::Moments), moments));
        QVERIFY(sameBits(contents(*executor, Arena::State), state));
        QCOMPARE(executor->evaluate({Split::Test, 0, 70}).lossSum, before.lossSum);
        QVERIFY(executor->drainMetrics().steps.empty());
    }

    void nonFiniteLossStopsUpdatesUntilParametersAreWritten() {
        const auto samples = firstSamples(96);
        const auto executor = load(CpuBackend(2), preset("classic"), m_data, withBatch(32));
        const auto good = contents(*executor, Arena::Parameters);
        std::vector<float> poisoned = good;
        poisoned[5] = std::numeric_limits<float>::quiet_NaN(); // a weight of the first convolution
        executor->write(Arena::Parameters, poisoned);
        train(*executor, samples, 32, 7);
        Metrics metrics = executor->drainMetrics();
        QCOMPARE(metrics.steps.size(), std::size_t{3});
        QVERIFY(metrics.nonFiniteStep == std::int64_t{7});
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), poisoned));

        // Finite parameters in the arena again, by write(): updates go on.
        executor->write(Arena::Parameters, good);
        train(*executor, samples, 32, 10);
        metrics = executor->drainMetrics();
        QVERIFY(!metrics.nonFiniteStep);
        QVERIFY(!sameBits(contents(*executor, Arena::Parameters), good));
    }

    void laterStepsOfTheSameCallAreNoUpdatesEither() {
        // A learning rate that no network survives: some step in the middle of the call finds the loss not finite.
        TrainingSpec spec = withBatch(8, OptimizerKind::Sgd);
        const auto samples = firstSamples(300);
        const auto executor = load(CpuBackend(2), preset("classic"), m_data, spec);
        train(*executor, samples, 8, 1, 1e18f);
        const Metrics metrics = executor->drainMetrics();
        QVERIFY(metrics.nonFiniteStep.has_value());
        QVERIFY(*metrics.nonFiniteStep > 1);

        const auto stopped = load(CpuBackend(2), preset("classic"), m_data, spec);
        const auto until = static_cast<std::size_t>(*metrics.nonFiniteStep - 1);
        train(*stopped, std::span(samples).first(until * 8), 8, 1, 1e18f);
        QVERIFY(sameBits(contents(*executor, Arena::Parameters), contents(*stopped, Arena::Parameters)));
    }

    void whatCannotBeTrainedIsRefused() {
        const TrainingSpec spec = withBatch(8);
        QVERIFY_EXCEPTION_THROWN(
            CpuBackend(1).load(preset("classic"), randomImages({1, 27, 28}, 10, 4, 4), spec), Error);
        QVERIFY_EXCEPTION_THROWN(
            CpuBackend(1).load(preset("classic"), randomImages({1, 28, 28}, 11, 4, 4), spec), Error);
        const auto executor = load(CpuBackend(2), preset("tiny"), m_data, spec);
        const std::vector<std::uint32_t> missing{0, 300};
        QVERIFY_EXCEPTION_THROWN(train(*executor, missing, 8), Error);
        QVERIFY_EXCEPTION_THROWN(executor->trainSteps({1, firstSamples(8), 8, {}}), Error);
        QVERIFY_EXCEPTION_THROWN(executor->evaluate({Split::Test, 69, 2}), Error);
        train(*executor, firstSamples(8), 8); // none of it did harm
        QCOMPARE(executor->drainMetrics().steps.size(), std::size_t{1});
    }

    void executedOperationsAreCounted() {
        // A dense layer alone: products of each image with the weights, forward; of each with its gradient, backward.
        const Network dense{"dense", {1, 28, 28}, {Flatten{}, Dense{10}}};
        for (const int threads : {1, 2, 3}) {
            const auto executor = load(CpuBackend(threads), dense, m_data, withBatch(8, OptimizerKind::Sgd));
            QCOMPARE(executor->executedFlops(), 0.0);
            train(*executor, firstSamples(16), 8);
            const double products = 16.0 * 10 * (2 * 784 + 2 * 784 + 1);
            QCOMPARE(executor->executedFlops(), products + 16.0 * 10 * 6 + 2.0 * 4 * 7850);
        }
        // Classic leaves out what multiplies zeros: far less than the layers' formulas have, which is no accident of a
        // count that forgets something, as its weights alone need more than a tenth.
        const auto executor = load(CpuBackend(2), preset("classic"), m_data, withBatch(32));
        train(*executor, firstSamples(64), 32);
        const Flops formulas = compile(preset("classic")).flops;
        const double share = executor->executedFlops() / 64 / static_cast<double>(formulas.forward + formulas.backward);
        QVERIFY2(share > 0.1 && share < 0.6, std::to_string(share).c_str());
    }

private:
    DataSetPtr m_data;
};

QTEST_APPLESS_MAIN(CpuExecutorTest)
#include "cpu_executor_test.moc"
