// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/dense.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "reference/activation.h"
#include "reference/dense.h"
#include "step_rig.h"

#include <QtTest>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

struct Row {
    int inputs;
    int units;
    RigBatch batch;
    std::optional<Activation> activation;
    bool hasInputGradient = true;

    std::string name() const {
        return std::to_string(inputs) + " to " + std::to_string(units) + ", " + std::to_string(batch.valid) + " of " +
               std::to_string(batch.places) + text(activation) + (hasInputGradient ? "" : ", first");
    }
};

const Activation relu{ActivationKind::Relu};
const Activation leaky{ActivationKind::LeakyRelu, 0.1f};
const Activation tanhs{ActivationKind::Tanh};
const Activation sigmoid{ActivationKind::Sigmoid};

/// Units on both sides of kFewUnits and of the sizes that its kernels are made for; inputs and images around blocks.
const std::vector<Row> rows{
    {1, 1, {1, 1}, {}},
    {1, 2, {4, 4}, relu},
    {7, 3, {5, 5}, {}},
    {64, 8, {16, 16}, tanhs},
    {64, 10, {17, 17}, {}},
    {64, 10, {128, 100}, {}},
    {65, 9, {33, 20}, leaky},
    {131, 17, {3, 3}, sigmoid},
    {200, 16, {40, 40}, relu},
    {30, 32, {67, 67}, relu},
    {30, 31, {67, 1}, {}, false},
    {20, 33, {7, 7}, relu},
    {33, 64, {70, 70}, tanhs},
    {33, 65, {130, 129}, leaky},
    {40, 100, {3, 2}, sigmoid},
    {12, 40, {64, 64}, {}, false},
};

StepOf<Dense> stepOf(const Row& row) {
    StepOf<Dense> step;
    step.layer = {row.units};
    step.in = {row.inputs, 1, 1};
    step.out = step.result = {row.units, 1, 1};
    const std::size_t weights = step.in.size() * step.out.size();
    step.weights = {3, weights}; // other parameters lie around them
    step.bias = {3 + weights, step.out.size()};
    step.epilogue.activation = row.activation;
    step.needsInputGradient = row.hasInputGradient;
    return step;
}

StepRun found(const Row& row, const StepOf<Dense>& step, const std::vector<float>& parameters,
    const std::vector<float>& input, const std::vector<float>& outputGradient) {
    StepRig rig(row.batch, parameters);
    Edge in = rig.edge(step.in, input, row.hasInputGradient);
    Edge out = rig.edge(step.result, rig.unwritten(rig.size(step.result)), true);
    DenseStep dense(step, in, out, rig.environment());
    return runStep(rig, dense, in, out, outputGradient, parameters.size());
}

} // namespace

class CudaDenseTest : public QObject {
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
        const StepOf<Dense> step = stepOf(row);
        const std::vector<float> parameters = testValues(step.bias.offset + step.bias.size + 2, 1);
        const std::vector<float> input = batchValues(step.in, row.batch, 2);
        const std::vector<float> outputGradient = batchValues(step.out, row.batch, 3);
        const StepRun run = found(row, step, parameters, input, outputGradient);

        const std::vector<double> wide(parameters.begin(), parameters.end());
        std::vector<double> gradients(parameters.size());
        std::vector<double> outputs;
        std::vector<double> inputGradients(row.hasInputGradient ? input.size() : 0);
        for (std::size_t image = 0; image < static_cast<std::size_t>(row.batch.valid); ++image) {
            const auto of = [image](const std::vector<float>& all, Shape shape) {
                const auto begin = all.begin() + static_cast<std::ptrdiff_t>(image * shape.size());
                return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(shape.size()));
            };
            const std::vector<double> x = of(input, step.in);
            std::vector<double> y(step.out.size());
            reference::forward(step, reference::Forward<double>{wide, x, y});
            std::vector<double> gradient = of(outputGradient, step.out);
            if (row.activation)
                for (std::size_t i = 0; i < y.size(); ++i) {
                    y[i] = reference::activate(*row.activation, y[i]);
                    gradient[i] *= reference::slope(*row.activation, y[i]);
                }
            reference::Backward<double> pass{wide, x, y, gradient, {}, gradients};
            if (row.hasInputGradient)
                pass.inputGradient = std::span(inputGradients).subspan(image * step.in.size(), step.in.size());
            reference::backward(step, pass);
            outputs.insert(outputs.end(), y.begin(), y.end());
        }
        QVERIFY(scaledDifference(outputs, run.output) <= 1e-5);
        QVERIFY(scaledDifference(gradients, run.gradients) <= 1e-4);
        QVERIFY(scaledDifference(inputGradients, run.inputGradient) <= 1e-4); // zero beyond the valid images
    }

    /// However blocks and threads take turns.
    void everyOrder() {
        for (const Row& row : {rows[5], rows[13]}) {
            const StepOf<Dense> step = stepOf(row);
            const std::vector<float> parameters = testValues(step.bias.offset + step.bias.size + 2, 1);
            const std::vector<float> input = batchValues(step.in, row.batch, 2);
            const std::vector<float> outputGradient = batchValues(step.out, row.batch, 3);
            QVERIFY(isTheSameInEveryOrder([&] { return found(row, step, parameters, input, outputGradient); }));
        }
    }

    /// All ways in which a product's factors may lie.
    void products() {
        constexpr int rowCount = 5;
        constexpr int columns = 7;
        constexpr int inner = 3;
        for (const Factor left : {Factor::AsIs, Factor::Transposed})
            for (const Factor right : {Factor::AsIs, Factor::Transposed}) {
                StepRig rig({1, 1});
                const std::vector<float> a = testValues(rowCount * inner, 1);
                const std::vector<float> b = testValues(inner * columns, 2);
                float* product = rig.upload(rig.unwritten(rowCount * columns));
                rig.blas().multiply(
                    rig.stream(), rowCount, columns, inner, {rig.upload(a), left}, {rig.upload(b), right}, product);
                std::vector<double> expected;
                for (int r = 0; r < rowCount; ++r)
                    for (int c = 0; c < columns; ++c) {
                        double sum = 0;
                        for (int k = 0; k < inner; ++k) {
                            const int atA = left == Factor::AsIs ? r * inner + k : k * rowCount + r;
                            const int atB = right == Factor::AsIs ? k * columns + c : c * inner + k;
                            sum += static_cast<double>(a[static_cast<std::size_t>(atA)]) *
                                   static_cast<double>(b[static_cast<std::size_t>(atB)]);
                        }
                        expected.push_back(sum);
                    }
                QVERIFY(scaledDifference(expected, rig.read(product, rowCount * columns)) <= 1e-6);
            }
    }

    /// Counted by hand for 64 inputs and 10 units: 3 products of 640 multiply-adds, and 10 biases each way.
    void flops() {
        for (const bool hasGradient : {true, false}) {
            const Row row{64, 10, {4, 4}, {}, hasGradient};
            const StepOf<Dense> step = stepOf(row);
            StepRig rig(row.batch, testValues(step.bias.offset + step.bias.size, 1));
            Edge in = rig.edge(step.in, batchValues(step.in, row.batch, 2), hasGradient);
            Edge out = rig.edge(step.out, batchValues(step.out, row.batch, 3), true);
            QCOMPARE(DenseStep(step, in, out, rig.environment()).executedFlops(),
                std::int64_t{(hasGradient ? 3 : 2) * 2 * 640 + 20});
        }
    }
};

QTEST_GUILESS_MAIN(CudaDenseTest)
#include "cuda_dense_test.moc"
