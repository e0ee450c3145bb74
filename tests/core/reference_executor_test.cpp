// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_backend.h"

#include "check/parity.h"
#include "check/scaled_difference.h"
#include "training/optimizer.h"

#include <QtTest>

#include <cmath>
#include <memory>

using namespace kernelscope;

namespace {

const Network network{"small", {1, 8, 8},
    {Conv{3, 3, 1, 0}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{4}}};
const LayerCase smallCase{"small", network, 4, 77};
constexpr std::size_t trainCount = 11;

/// The small network on eleven images with the case's parameters.
struct Loaded {
    DataSetPtr data = caseData(smallCase, trainCount, 9);
    Plan unfused = compile(network, Fusion::Off);
    std::vector<float> parameters = caseParameters(smallCase, unfused);
    TrainingSpec spec;
    std::unique_ptr<Executor> executor;
    std::vector<std::uint32_t> samples{10, 2, 3, 7, 1, 5, 0, 9, 8, 4, 6};

    explicit Loaded(OptimizerKind kind = OptimizerKind::Adam, float weightDecay = 0) {
        spec.optimizer.weightDecay = weightDecay;
        spec.optimizer.kind = kind;
        spec.batchSize = 4;
        executor = ReferenceBackend().load(network, data, spec);
        executor->write(Arena::Parameters, parameters);
    }

    std::vector<float> read(Arena arena) const {
        std::vector<float> values(executor->arenaSize(arena));
        executor->read(arena, values);
        return values;
    }
    void train(std::int64_t firstStep, std::span<const std::uint32_t> some, std::vector<float> rates) {
        executor->trainSteps({firstStep, some, spec.batchSize, rates});
    }
};

bool allFinite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

} // namespace

/// What training/backend.h promises, kept by the reference device.
class ReferenceExecutorTest : public QObject {
    Q_OBJECT

private slots:
    void saysWhatItIs() {
        const DeviceInfo device = ReferenceBackend().device();
        QCOMPARE(device.id, std::string("reference"));
        QCOMPARE(device.backend, std::string("reference"));
        QCOMPARE(device.instructionSet, std::string("scalar"));
        QCOMPARE(device.threads, 1);
        QVERIFY(!device.name.empty());
        QCOMPARE(Loaded().executor->plan().steps.size(), network.layers.size() + 1);
    }

    void arenasStartAtZero() {
        const Loaded fresh;
        const std::unique_ptr<Executor> executor = ReferenceBackend().load(network, fresh.data, fresh.spec);
        std::vector<float> values(executor->arenaSize(Arena::Parameters), 1.0f);
        executor->read(Arena::Parameters, values);
        QVERIFY(values == std::vector<float>(fresh.unfused.parameterCount));
        QVERIFY(fresh.read(Arena::Moments) == std::vector<float>(2 * fresh.unfused.parameterCount));
        QCOMPARE(fresh.executor->arenaSize(Arena::State), std::size_t{0});
        QCOMPARE(Loaded(OptimizerKind::Momentum).executor->arenaSize(Arena::Moments), fresh.unfused.parameterCount);
        QCOMPARE(Loaded(OptimizerKind::Sgd).executor->arenaSize(Arena::Moments), std::size_t{0});
        std::vector<float> tooFew(3);
        QVERIFY_EXCEPTION_THROWN(fresh.executor->read(Arena::Parameters, tooFew), Error);
        QVERIFY_EXCEPTION_THROWN(fresh.executor->write(Arena::Parameters, tooFew), Error);
    }

    /// Three steps in one call, each against the reference layers in double and the optimizer in double.
    void stepsFollowTheFormulas_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("sgd") << static_cast<int>(OptimizerKind::Sgd);
        QTest::newRow("momentum") << static_cast<int>(OptimizerKind::Momentum);
        QTest::newRow("nesterov") << static_cast<int>(OptimizerKind::Nesterov);
        QTest::newRow("adam") << static_cast<int>(OptimizerKind::Adam);
        QTest::newRow("adamw") << static_cast<int>(OptimizerKind::AdamW);
    }

    void stepsFollowTheFormulas() {
        QFETCH(int, kind);
        Loaded loaded(static_cast<OptimizerKind>(kind), 0.1f);
        std::vector<bool> decays(loaded.unfused.parameterCount);
        for (const ParameterInfo& parameter : loaded.unfused.parameters)
            std::fill_n(decays.begin() + static_cast<std::ptrdiff_t>(parameter.slice.offset), parameter.slice.size,
                parameter.shape.role == "weight");
        const std::vector<float> rates{0.01f, 0.02f, 0.005f};
        loaded.train(1, loaded.samples, rates);
        const Metrics metrics = loaded.executor->drainMetrics();
        QCOMPARE(metrics.steps.size(), std::size_t{3});
        QVERIFY(!metrics.nonFiniteStep);

        const std::size_t n = loaded.unfused.parameterCount;
        std::vector<double> w(loaded.parameters.begin(), loaded.parameters.end());
        std::vector<double> m(n);
        std::vector<double> v(n);
        std::vector<float> gradients;
        for (std::size_t step = 0; step < 3; ++step) {
            const auto batch = std::span(std::as_const(loaded.samples)).subspan(step * 4, step == 2 ? 3 : 4);
            const std::vector<float> rounded(w.begin(), w.end());
            const ExpectedStep expected = expectedStep(loaded.unfused, rounded, *loaded.data, batch);
            QCOMPARE(metrics.steps[step].step, static_cast<std::int64_t>(step) + 1);
            QCOMPARE(metrics.steps[step].count, static_cast<int>(batch.size()));
            QCOMPARE(metrics.steps[step].correct, expected.correct);
            QVERIFY(std::abs(static_cast<double>(metrics.steps[step].loss) - expected.loss) < 1e-5);
            const double rate = static_cast<double>(rates[step]);
            for (std::size_t i = 0; i < n; ++i) {
                const double decay = decays[i] ? 0.1 : 0;
                const bool isDecoupled = loaded.spec.optimizer.kind == OptimizerKind::AdamW;
                const double g = expected.gradients[i] + (isDecoupled ? 0 : decay * w[i]);
                switch (loaded.spec.optimizer.kind) {
                case OptimizerKind::Sgd:
                    w[i] -= rate * g;
                    break;
                case OptimizerKind::Momentum:
                    v[i] = 0.9 * v[i] - rate * g;
                    w[i] += v[i];
                    break;
                case OptimizerKind::Nesterov:
                    v[i] = 0.9 * v[i] - rate * g;
                    w[i] += 0.9 * v[i] - rate * g;
                    break;
                case OptimizerKind::AdamW:
                    w[i] -= rate * decay * w[i];
                    [[fallthrough]];
                case OptimizerKind::Adam: {
                    const double t = static_cast<double>(step) + 1;
                    m[i] = 0.9 * m[i] + 0.1 * g;
                    v[i] = 0.999 * v[i] + 0.001 * g * g;
                    w[i] -= rate * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t)) * m[i] /
                            (std::sqrt(v[i]) + 1e-7);
                    break;
                }
                }
            }
            gradients.assign(expected.gradients.begin(), expected.gradients.end());
        }
        QVERIFY(scaledDifference(w, loaded.read(Arena::Parameters)) < 1e-4);
        // The last batch has three images: its gradient is the mean over them.
        QVERIFY(scaledDifference(gradients, loaded.read(Arena::Gradients)) < 1e-3);
    }

    void oneCallOrManyIsTheSame() {
        Loaded once;
        Loaded stepwise;
        once.train(1, once.samples, {0.01f, 0.02f, 0.03f});
        const std::span<const std::uint32_t> all = stepwise.samples;
        stepwise.train(1, all.first(4), {0.01f});
        stepwise.train(2, all.subspan(4, 4), {0.02f});
        stepwise.train(3, all.subspan(8), {0.03f});
        QVERIFY(once.read(Arena::Parameters) == stepwise.read(Arena::Parameters));
        QVERIFY(once.read(Arena::Moments) == stepwise.read(Arena::Moments));
        QCOMPARE(stepwise.executor->drainMetrics().steps.size(), std::size_t{3});
        QVERIFY(stepwise.executor->drainMetrics().steps.empty());
    }

    void movingTheArenasMovesTheRun() {
        Loaded whole;
        whole.train(1, whole.samples, {0.01f, 0.01f, 0.01f});
        Loaded first;
        first.train(1, std::span(first.samples).first(8), {0.01f, 0.01f});
        Loaded second;
        second.executor->write(Arena::Parameters, first.read(Arena::Parameters));
        second.executor->write(Arena::Moments, first.read(Arena::Moments));
        second.train(3, std::span(second.samples).subspan(8), {0.01f});
        QVERIFY(whole.read(Arena::Parameters) == second.read(Arena::Parameters));
    }

    void evaluationAddsUp() {
        const Loaded loaded;
        const Evaluation all = loaded.executor->evaluate({Split::Test, 0, 9});
        QCOMPARE(all.count, std::int64_t{9});
        Evaluation sum;
        for (std::size_t i = 0; i < 9; ++i) {
            const Evaluation one = loaded.executor->evaluate({Split::Test, i, 1});
            sum.lossSum += one.lossSum;
            sum.correct += one.correct;
        }
        QCOMPARE(sum.lossSum, all.lossSum);
        QCOMPARE(sum.correct, all.correct);
        std::vector<std::uint32_t> train(trainCount);
        std::iota(train.begin(), train.end(), 0u);
        const ExpectedStep expected = expectedStep(loaded.unfused, loaded.parameters, *loaded.data, train);
        const Evaluation evaluation = loaded.executor->evaluate({Split::Train, 0, trainCount});
        QVERIFY(std::abs(evaluation.loss() - expected.loss) < 1e-6);
        QCOMPARE(evaluation.correct, static_cast<std::int64_t>(expected.correct));
    }

    /// The step whose loss is not finite and all after it change nothing, until new parameters are written.
    void nonFiniteStepsChangeNothing() {
        Loaded loaded(OptimizerKind::Sgd);
        // Finite weights, but so large that the logits overflow whatever the image.
        std::vector<float> thrown = loaded.parameters;
        for (const ParameterInfo& parameter : loaded.unfused.parameters)
            if (parameter.name == "conv1.bias" || parameter.name == "dense1.weight")
                std::fill_n(thrown.begin() + static_cast<std::ptrdiff_t>(parameter.slice.offset), parameter.slice.size,
                    parameter.name == "conv1.bias" ? 100.0f : 3e38f);
        loaded.train(1, std::span(loaded.samples).first(4), {0.1f});
        QVERIFY(!loaded.executor->drainMetrics().nonFiniteStep);
        loaded.executor->write(Arena::Parameters, thrown);
        loaded.train(2, loaded.samples, {0.1f, 0.1f, 0.1f});
        const Metrics metrics = loaded.executor->drainMetrics();
        QVERIFY(metrics.nonFiniteStep.has_value());
        QCOMPARE(*metrics.nonFiniteStep, std::int64_t{2});
        QCOMPARE(metrics.steps.size(), std::size_t{3});
        QVERIFY(!std::isfinite(metrics.steps[0].loss));
        QVERIFY(loaded.read(Arena::Parameters) == thrown);
        loaded.train(5, std::span(loaded.samples).first(4), {0.1f});
        QCOMPARE(loaded.executor->drainMetrics().nonFiniteStep.value_or(0), std::int64_t{2});
        QVERIFY(loaded.read(Arena::Parameters) == thrown);

        loaded.executor->write(Arena::Parameters, loaded.parameters);
        loaded.train(6, std::span(loaded.samples).first(4), {0.1f});
        QVERIFY(!loaded.executor->drainMetrics().nonFiniteStep);
        QVERIFY(loaded.read(Arena::Parameters) != loaded.parameters);
        QVERIFY(allFinite(loaded.read(Arena::Parameters)));
    }

    void profilingTimesEveryStepAndChangesNothing() {
        Loaded loaded;
        loaded.train(1, std::span(loaded.samples).first(4), {0.01f});
        const std::vector<float> parameters = loaded.read(Arena::Parameters);
        const std::vector<float> moments = loaded.read(Arena::Moments);
        const std::vector<float> gradients = loaded.read(Arena::Gradients);
        loaded.executor->drainMetrics();
        const float rate = 0.01f;
        const StepTimes times =
            loaded.executor->profile({2, std::span(loaded.samples).first(4), 4, std::span(&rate, 1)});
        QCOMPARE(times.steps.size(), loaded.executor->plan().steps.size());
        for (const StepTimes::Entry& entry : times.steps)
            QVERIFY(entry.forward > 0 && entry.backward > 0);
        QVERIFY(times.update > 0);
        QVERIFY(loaded.read(Arena::Parameters) == parameters);
        QVERIFY(loaded.read(Arena::Moments) == moments);
        QVERIFY(loaded.read(Arena::Gradients) == gradients);
        QVERIFY(loaded.executor->drainMetrics().steps.empty());
        // The convolution does most of the work of this network.
        QVERIFY(times.steps[0].forward > times.steps[3].forward);
    }
};

QTEST_APPLESS_MAIN(ReferenceExecutorTest)
#include "reference_executor_test.moc"
