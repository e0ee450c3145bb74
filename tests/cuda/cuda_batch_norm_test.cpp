// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/batch_norm.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "reference/activation.h"
#include "reference/batch_norm.h"
#include "step_rig.h"

#include <QtTest>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

struct Row {
    Shape shape;
    RigBatch batch;
    std::optional<Activation> activation;
    BatchNorm layer;
    bool hasInputGradient = true;
    float offset = 0; ///< Added to all inputs.

    std::string name() const {
        return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width) +
               ", " + std::to_string(batch.valid) + " of " + std::to_string(batch.places) + text(activation) +
               (hasInputGradient ? "" : ", first") + (offset != 0 ? ", far from 0" : "");
    }
};

const Activation relu{ActivationKind::Relu};
const Activation leaky{ActivationKind::LeakyRelu, 0.1f};
const Activation tanhs{ActivationKind::Tanh};
const Activation sigmoid{ActivationKind::Sigmoid};

/// Areas of 1, of less than a block's rows, in between, and beyond a block; few channels and many; batches of one slice
/// and of several, of which the last are empty where the batch is a partial one.
const std::vector<Row> rows{
    {{1, 1, 1}, {2, 2}, {}, {}},
    {{33, 1, 1}, {9, 9}, {}, {}},
    {{64, 1, 1}, {300, 290}, relu, {}},
    {{5, 1, 2}, {7, 7}, tanhs, {}},
    {{40, 2, 2}, {100, 61}, leaky, {}},
    {{3, 3, 3}, {4, 4}, sigmoid, {}},
    {{17, 5, 6}, {20, 20}, relu, {}},
    {{5, 6, 7}, {3, 3}, relu, {}},
    {{5, 6, 7}, {16, 1}, tanhs, {}},
    {{4, 15, 17}, {6, 5}, {}, {}},
    {{2, 20, 20}, {40, 33}, leaky, {0.99f, 1e-3f}},
    {{2, 20, 20}, {12, 12}, relu, {}, false},
    {{3, 8, 8}, {8, 8}, {}, {}, true, 50},
};

StepOf<BatchNorm> stepOf(const Row& row) {
    StepOf<BatchNorm> step;
    step.layer = row.layer;
    step.in = step.out = step.result = row.shape;
    const auto channels = static_cast<std::size_t>(row.shape.channels);
    step.weights = {3, channels};
    step.bias = {3 + channels, channels};
    step.state = {2, 2 * channels};
    step.epilogue.activation = row.activation;
    step.needsInputGradient = row.hasInputGradient;
    return step;
}

/// Everything that the passes read.
struct Given {
    explicit Given(const Row& row)
        : step(stepOf(row)),
          parameters(testValues(step.bias.offset + step.bias.size, 1)),
          state(testValues(step.state.offset + step.state.size, 2)),
          input(batchValues(row.shape, row.batch, 3)),
          outputGradient(batchValues(row.shape, row.batch, 4)) {
        for (float& value : parameters)
            value += 0.1f; // a channel whose weight is all but 0 would show nothing
        for (float& value : state)
            value = 1.5f + value;
        for (float& value : input)
            value += row.offset;
    }
    StepOf<BatchNorm> step;
    std::vector<float> parameters;
    std::vector<float> state;
    std::vector<float> input;
    std::vector<float> outputGradient;
};

struct NormRun {
    StepRun run;
    std::vector<float> state; ///< After the update.
    bool operator==(const NormRun&) const = default;
};

NormRun found(const Row& row, const Given& given) {
    StepRig rig(row.batch, given.parameters, given.state);
    Edge in = rig.edge(row.shape, given.input, row.hasInputGradient);
    Edge out = rig.edge(row.shape, rig.unwritten(rig.size(row.shape)), true);
    BatchNormStep norm(given.step, in, out, rig.environment());
    NormRun result{runStep(rig, norm, in, out, given.outputGradient, given.parameters.size()), {}};
    norm.updateState(rig.pass(true));
    result.state = rig.read(rig.runningState(), given.state.size());
    return result;
}

std::vector<double> wide(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

/// The values of the valid images.
std::vector<double> validOf(const Row& row, const std::vector<float>& values) {
    const std::size_t count = row.shape.size() * static_cast<std::size_t>(row.batch.valid);
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

const Row& ordinary = rows[7];

} // namespace

class CudaBatchNormTest : public QObject {
    Q_OBJECT

private slots:
    /// Against the reference layers, in double.
    void parity_data() {
        QTest::addColumn<std::size_t>("index");
        for (std::size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i].name().c_str()) << i;
    }
    void parity() {
        QFETCH(std::size_t, index);
        const Row& row = rows[index];
        const Given given(row);
        const NormRun result = found(row, given);

        const std::vector<double> parameters = wide(given.parameters);
        const std::vector<double> x = validOf(row, given.input);
        const auto statistics = reference::statisticsOf(row.shape, std::span<const double>(x));
        std::vector<double> y(x.size());
        reference::forward(given.step, statistics, reference::Forward<double>{parameters, x, y});
        std::vector<double> gradient = validOf(row, given.outputGradient);
        if (row.activation)
            for (std::size_t i = 0; i < y.size(); ++i) {
                y[i] = reference::activate(*row.activation, y[i]);
                gradient[i] *= reference::slope(*row.activation, y[i]);
            }
        std::vector<double> gradients(parameters.size());
        // Zero beyond the valid images.
        std::vector<double> inputGradient(row.hasInputGradient ? given.input.size() : 0);
        reference::Backward<double> pass{parameters, x, y, gradient, {}, gradients};
        if (row.hasInputGradient)
            pass.inputGradient = std::span(inputGradient).first(x.size());
        reference::backward(given.step, statistics, true, pass);
        std::vector<double> state = wide(given.state);
        const double count = static_cast<double>(x.size()) / row.shape.channels;
        reference::updateRunning(row.layer, statistics, count, reference::part(std::span(state), given.step.state));

        QVERIFY(scaledDifference(y, result.run.output) <= 1e-5);
        QVERIFY(scaledDifference(gradients, result.run.gradients) <= 1e-4);
        QVERIFY(scaledDifference(inputGradient, result.run.inputGradient) <= 1e-4);
        QVERIFY(scaledDifference(state, result.state) <= 1e-5);
    }

    /// When the network is only used, the running statistics normalise, also more images than a batch has.
    void evaluation() {
        for (const Row& row : rows) {
            const Given given(row);
            StepRig rig(row.batch, given.parameters, given.state);
            Environment environment = rig.environment();
            environment.batchSize = 1;
            Edge in = rig.edge(row.shape, given.input, false);
            Edge out = rig.edge(row.shape, rig.unwritten(given.input.size()), false);
            BatchNormStep norm(given.step, in, out, environment);
            norm.forward(rig.pass(false));

            const std::vector<double> state = wide(given.state);
            const auto channels = given.step.state.size / 2;
            const auto means = state.begin() + static_cast<std::ptrdiff_t>(given.step.state.offset);
            const auto variances = means + static_cast<std::ptrdiff_t>(channels);
            const reference::Statistics<double> statistics{
                {means, variances}, {variances, variances + static_cast<std::ptrdiff_t>(channels)}};
            const std::vector<double> x = wide(given.input);
            std::vector<double> y(x.size());
            const std::vector<double> parameters = wide(given.parameters);
            reference::forward(given.step, statistics, reference::Forward<double>{parameters, x, y});
            for (double& value : y)
                value = row.activation ? reference::activate(*row.activation, value) : value;
            QVERIFY(scaledDifference(y, rig.read(out.values, x.size())) <= 1e-5);
            QCOMPARE(rig.read(rig.runningState(), given.state.size()), given.state);
        }
    }

    /// Running statistics stay where they are from a loss on that is not finite, and in a step without images.
    void frozen() {
        const Given given(ordinary);
        for (const bool hasImages : {true, false}) {
            StepRig rig(ordinary.batch, given.parameters, given.state);
            StepState state;
            state.order.validImages = hasImages ? ordinary.batch.valid : 0;
            state.nonFiniteStep = hasImages ? 1 : 0;
            rig.write(rig.stepState(), std::vector{state});
            Edge in = rig.edge(ordinary.shape, given.input, true);
            Edge out = rig.edge(ordinary.shape, rig.unwritten(given.input.size()), true);
            BatchNormStep norm(given.step, in, out, rig.environment());
            runStep(rig, norm, in, out, given.outputGradient, given.parameters.size());
            norm.updateState(rig.pass(true));
            QCOMPARE(rig.read(rig.runningState(), given.state.size()), given.state);
        }
    }

    /// What places without an image hold is nobody's business.
    void placesWithoutImages() {
        Row row = ordinary;
        row.batch = {6, 4};
        Given given(row);
        const NormRun expected = found(row, given);
        for (std::size_t i = row.shape.size() * 4; i < given.input.size(); ++i)
            given.input[i] = given.outputGradient[i] = 1e30f;
        const NormRun result = found(row, given);
        QVERIFY(expected.run.gradients == result.run.gradients);
        QVERIFY(expected.run.inputGradient == result.run.inputGradient);
        QVERIFY(expected.state == result.state);
    }

    void everyOrder() {
        for (const Row& row : {rows[4], rows[10]}) {
            const Given given(row);
            QVERIFY(isTheSameInEveryOrder([&] { return found(row, given); }));
        }
    }
};

QTEST_GUILESS_MAIN(CudaBatchNormTest)
#include "cuda_batch_norm_test.moc"
