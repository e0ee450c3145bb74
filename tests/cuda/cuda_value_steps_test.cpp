// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that go value by value: activation and dropout.
#include "cuda/activation.h"
#include "cuda/dropout.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "reference/activation.h"
#include "reference/dropout.h"
#include "step_rig.h"

#include <QtTest>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

/// Sizes of an image that are and are not multiples of a Philox block, below and beyond a block of threads.
const std::vector<Shape> shapes{{1, 1, 1}, {3, 1, 1}, {4, 1, 1}, {3, 5, 5}, {4, 6, 7}, {300, 1, 1}, {5, 9, 13}};

template <class L>
StepOf<L> stepOf(const L& layer, Shape shape, int index = 0) {
    StepOf<L> step;
    step.layer = layer;
    step.firstLayer = index;
    step.in = step.out = step.result = shape;
    return step;
}

/// Dropout of a batch's values, by the reference.
std::vector<float> dropped(
    const StepOf<Dropout>& step, RigBatch batch, std::uint64_t seed, const std::vector<float>& values) {
    std::vector<float> result(values.size());
    const std::size_t size = step.in.size();
    for (int place = 0; place < batch.places; ++place) {
        const DropoutKey key{seed, batch.step, static_cast<std::uint32_t>(place), step.firstLayer};
        const std::size_t at = static_cast<std::size_t>(place) * size;
        reference::dropout<float>(
            step.layer, key, std::span(values).subspan(at, size), std::span(result).subspan(at, size));
    }
    return result;
}

} // namespace

class CudaValueStepsTest : public QObject {
    Q_OBJECT

private slots:
    void activations() {
        for (const Activation& function : {Activation{ActivationKind::Relu}, Activation{ActivationKind::Tanh},
                 Activation{ActivationKind::LeakyRelu, 0.2f}, Activation{ActivationKind::Sigmoid}})
            for (const Shape shape : shapes) {
                const RigBatch batch{3, 3};
                StepRig rig(batch);
                std::vector<float> input = testValues(rig.size(shape), 1);
                for (float& x : input)
                    x *= 6; // into the bends of tanh and sigmoid
                const std::vector<float> gradient = testValues(rig.size(shape), 2);
                Edge in = rig.edge(shape, input, true);
                Edge out = rig.edge(shape, rig.unwritten(rig.size(shape)), true);
                ActivationStep step(stepOf(function, shape), in, out, rig.environment());
                const StepRun run = runStep(rig, step, in, out, gradient, 0);
                std::vector<double> outputs;
                std::vector<double> gradients;
                for (std::size_t i = 0; i < input.size(); ++i) {
                    outputs.push_back(reference::activate(function, static_cast<double>(input[i])));
                    gradients.push_back(reference::slope(function, outputs.back()) * static_cast<double>(gradient[i]));
                }
                QVERIFY(scaledDifference(outputs, run.output) <= 1e-6);
                QVERIFY(scaledDifference(gradients, run.inputGradient) <= 1e-6);
            }
    }

    /// Where functions bend or end: zeros of both signs, infinities, what is no number.
    void edgesOfActivations() {
        constexpr float infinity = std::numeric_limits<float>::infinity();
        const std::vector<float> input{
            0.0f, -0.0f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), 100.0f, -100.0f};
        const Shape shape{static_cast<int>(input.size()), 1, 1};
        for (const Activation& function : {Activation{ActivationKind::Relu}, Activation{ActivationKind::Tanh},
                 Activation{ActivationKind::LeakyRelu, 0.2f}, Activation{ActivationKind::Sigmoid}}) {
            StepRig rig({1, 1});
            Edge in = rig.edge(shape, input, false);
            Edge out = rig.edge(shape, rig.unwritten(input.size()), true);
            ActivationStep step(stepOf(function, shape), in, out, rig.environment());
            step.forward(rig.pass(false));
            const std::vector<float> output = rig.read(out.values, input.size());
            for (std::size_t i = 0; i < input.size(); ++i) {
                const float expected = reference::activate(function, input[i]);
                QVERIFY(std::isnan(expected) ? std::isnan(output[i])
                                             : qFuzzyCompare(1 + expected, 1 + output[i]) || expected == output[i]);
            }
            step.backward(rig.pass(true)); // without a gradient to write, it does nothing
            rig.wait();
        }
    }

    /// Bit for bit: the same values are kept, in both directions, for all rates, steps beyond 32 bits, places without
    /// an image too.
    void masks() {
        int streams = 0;
        for (const Shape shape : shapes)
            for (const float rate : {0.0f, 0.3f, 0.5f, 0.9f})
                for (const std::int64_t number : {std::int64_t{1}, std::int64_t{7}, (std::int64_t{3} << 32) + 5}) {
                    const RigBatch batch{5, 4, number};
                    StepRig rig(batch);
                    const std::vector<float> input = testValues(rig.size(shape), 1);
                    const std::vector<float> gradient = testValues(rig.size(shape), 2);
                    Edge in = rig.edge(shape, input, true);
                    Edge out = rig.edge(shape, rig.unwritten(input.size()), true);
                    const StepOf<Dropout> step = stepOf(Dropout{rate}, shape, ++streams % 7);
                    DropoutStep dropout(step, in, out, rig.environment());
                    const StepRun run = runStep(rig, dropout, in, out, gradient, 0);
                    const std::uint64_t seed = rig.environment().seed;
                    QCOMPARE(run.output, dropped(step, batch, seed, input));
                    QCOMPARE(run.inputGradient, dropped(step, batch, seed, gradient));
                }
    }

    /// When the network is only used, all values pass.
    void dropoutOfATest() {
        StepRig rig({3, 3});
        const Shape shape{3, 5, 5};
        const std::vector<float> input = testValues(rig.size(shape), 1);
        Edge in = rig.edge(shape, input, false);
        Edge out = rig.edge(shape, rig.unwritten(input.size()), false);
        DropoutStep dropout(stepOf(Dropout{0.5f}, shape), in, out, rig.environment());
        dropout.forward(rig.pass(false));
        QCOMPARE(rig.read(out.values, input.size()), input);
    }
};

QTEST_GUILESS_MAIN(CudaValueStepsTest)
#include "cuda_value_steps_test.moc"
