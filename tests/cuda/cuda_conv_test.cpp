// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/conv.h"

#include "check/layer_cases.h"
#include "check/scaled_difference.h"
#include "cuda/device/divisor.h"
#include "cuda/device/tf32_mma.cuh"
#include "cuda_orders.h"
#include "reference/activation.h"
#include "reference/conv.h"
#include "reference/pool.h"
#include "step_rig.h"

#include <QtTest>

#include <algorithm>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

struct Row {
    StepOf<Conv> step;
    RigBatch batch{2, 2, 1};
    int multiprocessors = 3;
    Precision precision = Precision::Fp32;
    int computeCapability = 80;
};

std::string nameOf(const Row& row) {
    const StepOf<Conv>& step = row.step;
    std::string name = describe(step.layer);
    name.append(" of ").append(toFullString(step.in));
    if (step.epilogue.activation)
        name.append(", ").append(describe(*step.epilogue.activation));
    if (step.epilogue.pool)
        name.append(", ").append(describe(*step.epilogue.pool));
    name.append(step.needsInputGradient ? "" : ", first");
    name.append(", ").append(std::to_string(row.batch.valid)).append(" of ").append(std::to_string(row.batch.places));
    name.append(" on ").append(std::to_string(row.multiprocessors));
    return name.append(row.precision == Precision::Tf32 ? " in TF32" : "");
}

StepOf<Conv> stepOf(Shape in, Conv conv, std::optional<Activation> activation = {}, std::optional<Pool> pool = {}) {
    StepOf<Conv> step;
    step.layer = conv;
    step.in = in;
    step.out = step.result = outputShape(conv, in);
    if (pool)
        step.result = outputShape(*pool, step.out);
    step.epilogue = {activation, pool};
    return step;
}

/// Every convolution of the table that is small enough, with its epilogue, and some that are made to meet the limits of
/// tiles.
std::vector<Row> rows() {
    constexpr std::int64_t mostMultiplications = 300000;
    std::vector<Row> rows;
    const auto add = [&](const StepOf<Conv>& step) {
        const auto isSame = [&](const Row& row) {
            return row.step.in == step.in && row.step.layer == step.layer && row.step.epilogue == step.epilogue;
        };
        if (multiplyAdds(step.layer, step.in) <= mostMultiplications && std::none_of(rows.begin(), rows.end(), isSame))
            rows.push_back({step});
    };
    for (const LayerCase& row : layerCases())
        for (const Step& step : compile(row.network).steps)
            if (const auto* conv = std::get_if<StepOf<Conv>>(&step))
                add(*conv);
    for (Row& row : rows)
        row.step.needsInputGradient = true; // the table's first layers have none

    const Activation relu{ActivationKind::Relu};
    const Activation tanh{ActivationKind::Tanh};
    const Activation leaky{ActivationKind::LeakyRelu, 0.1f};
    const Activation sigmoid{ActivationKind::Sigmoid};
    const Pool pool2{PoolKind::Max, 2, 2};
    const Conv same3{9, 3, 1, Padding::same()};
    const auto special = [&](const StepOf<Conv>& step, RigBatch batch, int multiprocessors) {
        rows.push_back({step, batch, multiprocessors});
    };
    // Behind a pooling: channels on both sides of a warp, several tiles, all functions, odd sizes.
    special(stepOf({8, 9, 9}, {5, 3, 1, 0}, relu, pool2), {3, 2}, 3);
    special(stepOf({33, 7, 8}, {9, 3, 1, 1}, relu, pool2), {2, 2}, 3);
    special(stepOf({9, 36, 40}, {3, 3, 1, 1}, relu, pool2), {2, 1}, 100);
    special(stepOf({8, 41, 9}, {3, 3, 1, 2}, tanh, pool2), {2, 2}, 3);
    special(stepOf({8, 9, 9}, {5, 3, 1, 0}, leaky, pool2), {1, 1}, 3);
    special(stepOf({8, 9, 9}, {5, 3, 1, 0}, sigmoid, pool2), {1, 1}, 3);
    special(stepOf({8, 9, 9}, {5, 3, 1, 0}, {}, pool2), {1, 1}, 1);
    special(stepOf({10, 14, 14}, {7, 5, 1, 0}, relu, pool2), {2, 2}, 3);
    special(stepOf({12, 30, 17}, {6, 5, 1, Padding::same()}, relu, pool2), {2, 2}, 50);
    special(stepOf({3, 21, 50}, {5, 5, 1, 4}, tanh, pool2), {2, 2}, 3);
    // Without one: tiles that end inside an image, one channel and many, few blocks and many.
    special(stepOf({1, 70, 90}, {3, 3, 1, 0}, relu), {1, 1}, 3);
    special(stepOf({2, 37, 67}, {2, 5, 1, Padding::same()}, tanh), {2, 1}, 200);
    special(stepOf({130, 5, 5}, same3, relu), {2, 2}, 3);
    special(stepOf({3, 12, 12}, {70, 3, 1, 1}, {}), {2, 2}, 1);
    special(stepOf({6, 40, 40}, {16, 3, 1, 1}, relu), {2, 2}, 1);
    special(stepOf({512, 3, 3}, {4, 3, 1, 0}), {1, 1}, 3);
    special(stepOf({4, 3, 3}, {300, 3, 1, 1}), {1, 1}, 3);
    // The general way: kernels and strides that none of the table's has; many outputs and long sums.
    special(stepOf({1, 10, 9}, {1, 63, 1, 27}), {1, 1}, 3);
    special(stepOf({1, 33, 21}, {2, 4, 9, 3}), {2, 2}, 3);
    // More filters than a block has room for, of however small a tile.
    special(stepOf({1, 6, 14}, {512, 3, 1, 1}, relu), {2, 2}, 1);
    special(stepOf({1, 4, 14}, {1024, 3, 1, 1}, relu, pool2), {1, 1}, 1);
    special(stepOf({2, 3, 12}, {512, 5, 1, 2}), {1, 1}, 1);
    special(stepOf({2, 3, 4}, {3, 3, 7, 2}), {2, 2}, 3);
    special(stepOf({70, 6, 6}, {66, 1, 1, 0}, relu, pool2), {3, 2}, 100);
    special(stepOf({3, 20, 20}, {65, 4, 2, 1}, relu, pool2), {5, 4}, 3);
    special(stepOf({2, 20, 21}, {3, 2, 1, 0}, relu, Pool{PoolKind::Max, 5, 3}), {2, 1}, 3);
    special(stepOf({2, 20, 21}, {3, 3, 1, 0}, tanh, Pool{PoolKind::Max, 3, 1}), {2, 2}, 3);
    return rows;
}

/// Gives the step its place among parameters: others lie around them.
StepOf<Conv> placed(StepOf<Conv> step) {
    const auto kernel = static_cast<std::size_t>(step.layer.kernel);
    const auto filters = static_cast<std::size_t>(step.layer.filters);
    step.weights = {3, filters * static_cast<std::size_t>(step.in.channels) * kernel * kernel};
    step.bias = {3 + step.weights.size, filters};
    return step;
}

struct Values {
    std::vector<float> parameters;
    std::vector<float> input;
    std::vector<float> outputGradient;
};

Values valuesFor(const Row& row, const StepOf<Conv>& step) {
    return {testValues(step.bias.offset + step.bias.size + 2, 1), batchValues(step.in, row.batch, 2),
        batchValues(step.result, row.batch, 3)};
}

StepRun found(const Row& row, const StepOf<Conv>& step, const Values& values) {
    StepRig rig(row.batch, values.parameters);
    Environment environment = rig.environment();
    environment.multiprocessors = row.multiprocessors;
    environment.precision = row.precision;
    environment.computeCapability = row.computeCapability;
    Edge in = rig.edge(step.in, values.input, step.needsInputGradient);
    Edge out = rig.edge(step.result, rig.unwritten(rig.size(step.result)), true);
    ConvStep conv(step, in, out, environment);
    return runStep(rig, conv, in, out, values.outputGradient, values.parameters.size());
}

/// The same by the reference, layer by layer, in double.
struct Expected {
    std::vector<double> output;
    std::vector<double> inputGradient;
    std::vector<double> gradients;
};

Expected expected(const Row& row, const StepOf<Conv>& step, const Values& values) {
    const std::vector<double> parameters(values.parameters.begin(), values.parameters.end());
    StepOf<Activation> activation;
    activation.layer = step.epilogue.activation.value_or(Activation{});
    activation.in = activation.out = step.out;
    StepOf<Pool> pool;
    pool.layer = step.epilogue.pool.value_or(Pool{});
    pool.in = step.out;
    pool.out = step.result;

    Expected expected;
    expected.gradients.resize(parameters.size());
    for (std::size_t image = 0; image < static_cast<std::size_t>(row.batch.places); ++image) {
        const auto part = [&](const std::vector<float>& of, std::size_t size) {
            const auto first = of.begin() + static_cast<std::ptrdiff_t>(image * size);
            return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(size));
        };
        const std::vector<double> input = part(values.input, step.in.size());
        std::vector<double> sums(step.out.size());
        reference::forward<double>(step, {parameters, input, sums});
        std::vector<double> activated = sums;
        if (step.epilogue.activation)
            reference::forward<double>(activation, {parameters, sums, activated});
        std::vector<double> output = activated;
        if (step.epilogue.pool) {
            output.resize(step.result.size());
            reference::forward<double>(pool, {parameters, activated, output});
        }
        expected.output.insert(expected.output.end(), output.begin(), output.end());

        std::vector<double> gradient = part(values.outputGradient, step.result.size());
        std::vector<double> behind(step.out.size());
        if (step.epilogue.pool) {
            reference::backward<double>(pool, {parameters, activated, output, gradient, behind, expected.gradients});
            gradient = behind;
        }
        if (step.epilogue.activation) {
            reference::backward<double>(
                activation, {parameters, sums, activated, gradient, behind, expected.gradients});
            gradient = behind;
        }
        std::vector<double> inputGradient(step.in.size());
        reference::backward<double>(step, {parameters, input, sums, gradient, inputGradient, expected.gradients});
        expected.inputGradient.insert(expected.inputGradient.end(), inputGradient.begin(), inputGradient.end());
    }
    return expected;
}

/// What is wrong; empty where nothing is.
std::string compare(const Row& row, const StepOf<Conv>& step, const Values& values) {
    const Expected wanted = expected(row, step, values);
    const StepRun got = found(row, step, values);
    const auto check = [&](const char* what, double difference, double allowed) {
        return difference <= allowed
                   ? std::string()
                   : std::string(what).append(" differs by ").append(std::to_string(difference)) + "; ";
    };
    std::string wrong = check("the result", scaledDifference(wanted.output, got.output), 1e-5);
    if (step.needsInputGradient)
        wrong += check("the input's gradient", scaledDifference(wanted.inputGradient, got.inputGradient), 1e-4);
    wrong += check("the parameters' gradient", scaledDifference(wanted.gradients, got.gradients), 1e-4);
    if (wrong.empty())
        return wrong;
    return nameOf(row) + ": " + wrong + emulation::kernelFault();
}

} // namespace

class CudaConvTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void isTheReferences_data() {
        QTest::addColumn<int>("index");
        const std::vector<Row> all = rows();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::newRow(nameOf(all[i]).c_str()) << static_cast<int>(i);
    }
    void isTheReferences() {
        QFETCH(const int, index);
        const Row row = rows()[static_cast<std::size_t>(index)];
        const StepOf<Conv> step = placed(row.step);
        QCOMPARE(QString::fromStdString(compare(row, step, valuesFor(row, step))), QString());
    }

    /// Where nothing before learns there is no gradient to be written.
    void asksForNoInputGradient() {
        for (const int kernel : {1, 3}) {
            Row row{stepOf({8, 8, 8}, {4, kernel, 1, 0}, Activation{}, Pool{}), {2, 2}};
            row.step.needsInputGradient = false;
            const StepOf<Conv> step = placed(row.step);
            QCOMPARE(QString::fromStdString(compare(row, step, valuesFor(row, step))), QString());
        }
    }

    /// A test's pass gives the same values, and needs no room for gradients.
    void givesTheSameWhereNothingIsLearnt() {
        for (const Pool pool : {Pool{PoolKind::Max, 2, 2}, Pool{PoolKind::Max, 3, 2}}) {
            const Row row{stepOf({2, 10, 10}, {4, 3, 1, 0}, Activation{}, pool), {3, 3}};
            const StepOf<Conv> step = placed(row.step);
            const Values values = valuesFor(row, step);
            StepRig rig(row.batch, values.parameters);
            Environment environment = rig.environment();
            environment.batchSize = 1; // smaller than the capacity
            Edge in = rig.edge(step.in, values.input, false);
            Edge out = rig.edge(step.result, rig.unwritten(rig.size(step.result)), false);
            ConvStep conv(step, in, out, environment);
            conv.forward(rig.pass(false));
            QVERIFY(
                scaledDifference(expected(row, step, values).output, rig.read(out.values, rig.size(out.shape))) < 1e-5);
        }
    }

    /// All values of a window are the same: the first in row order gets the gradient, whichever kernels are used.
    void givesTiesToTheFirst() {
        struct Tie {
            int channels;
            int kernel;
            Pool pool;
        };
        for (const Tie& tie :
            {Tie{1, 3, {}}, Tie{8, 3, {}}, Tie{8, 5, {}}, Tie{2, 1, {}}, Tie{2, 3, {PoolKind::Max, 3, 2}}}) {
            const Row row{stepOf({tie.channels, 11, 11}, {3, tie.kernel, 1, 0}, {}, tie.pool), {2, 2}};
            const StepOf<Conv> step = placed(row.step);
            Values values = valuesFor(row, step);
            std::fill(values.input.begin(), values.input.end(), 0.5f);
            QCOMPARE(QString::fromStdString(compare(row, step, values)), QString());
        }
    }

    /// Not-a-number reaches the result, so that the loss tells of it.
    void passesNotANumberOn() {
        for (const int kernel : {1, 3}) {
            const Row row{stepOf({1, 6, 6}, {1, kernel, 1, 0}, Activation{}, Pool{}), {1, 1}};
            const StepOf<Conv> step = placed(row.step);
            Values values = valuesFor(row, step);
            values.input[0] = std::numeric_limits<float>::quiet_NaN(); // under the first output of the first window
            QVERIFY(std::isnan(found(row, step, values).output[0]));
        }
    }

    void isTheSameInEveryOrder() {
        const Activation relu{ActivationKind::Relu};
        const std::vector<Row> all{
            {stepOf({9, 18, 10}, {9, 3, 1, 1}, relu, Pool{}), {2, 2}, 9},
            {stepOf({8, 10, 10}, {5, 5, 1, 0}, relu, Pool{}), {2, 2}},
            {stepOf({5, 7, 7}, {9, 3, 1, 1}, relu), {3, 2}},
            {stepOf({2, 8, 9}, {3, 4, 2, 1}, relu, Pool{PoolKind::Max, 3, 1}), {3, 3}},
            {stepOf({8, 5, 5}, {16, 3, 1, 1}), {2, 2}, 3, Precision::Tf32},
        };
        for (const Row& row : all) {
            const StepOf<Conv> step = placed(row.step);
            const Values values = valuesFor(row, step);
            QVERIFY2(cuda::isTheSameInEveryOrder([&] { return found(row, step, values); }), nameOf(row).c_str());
        }
    }

    void roundsToTf32() {
        QCOMPARE(roundedToTf32(1.0f), 1.0f);
        QCOMPARE(roundedToTf32(-1.0f - 0x1p-11f), -1.0f - 0x1p-10f); // half-way: away from zero
        QCOMPARE(roundedToTf32(1.0f + 0x1p-12f), 1.0f);
        QCOMPARE(roundedToTf32(0x1.ffffffp0f), 2.0f);
        QCOMPARE(roundedToTf32(-std::numeric_limits<float>::infinity()), -std::numeric_limits<float>::infinity());
        QVERIFY(std::isnan(roundedToTf32(std::numeric_limits<float>::quiet_NaN())));
    }

    /// Of factors that are TF32 numbers, the products and sums are as exact as in fp32; of others they are not.
    void multipliesInTf32() {
        const Activation none{ActivationKind::LeakyRelu, 1.0f}; // rounds nothing, and is an activation all the same
        const std::vector<Row> all{
            {stepOf({9, 5, 5}, {16, 3, 1, 1}), {2, 2}, 3, Precision::Tf32},
            {stepOf({16, 9, 7}, {40, 3, 1, 0}), {1, 1}, 1, Precision::Tf32},
            {stepOf({33, 4, 4}, {8, 3, 1, 1}), {1, 1}, 3, Precision::Tf32},
            {stepOf({8, 5, 35}, {9, 5, 1, Padding::same()}), {1, 1}, 3, Precision::Tf32},
            {stepOf({8, 7, 12}, {8, 5, 1, 1}, none, Pool{}), {2, 1}, 3, Precision::Tf32},
            {stepOf({8, 12, 12}, {9, 2, 2, 1}, {}, Pool{PoolKind::Max, 3, 3}), {2, 1}, 3, Precision::Tf32},
            {stepOf({33, 4, 4}, {9, 1, 1, 0}, {}, Pool{}), {1, 1}, 3, Precision::Tf32},
            // More filters than a block has room for the weights of, and not too few images to give a block many.
            {stepOf({8, 2, 2}, {160, 3, 1, 1}), {8, 8}, 1, Precision::Tf32},
        };
        for (const Row& row : all) {
            const StepOf<Conv> step = placed(row.step);
            Values values = valuesFor(row, step);
            const double inexact =
                scaledDifference(expected(row, step, values).output, found(row, step, values).output);
            QVERIFY2(inexact > 1e-5 && inexact < 2e-3, nameOf(row).c_str());
            for (std::vector<float>* of : {&values.parameters, &values.input, &values.outputGradient})
                for (float& value : *of)
                    value = roundedToTf32(value);
            QCOMPARE(QString::fromStdString(compare(row, step, values)), QString());
        }
    }

    /// Too small for tensor cores, or on a device without them: as exact as fp32.
    void staysExactWhereTensorCoresDoNotPay() {
        const std::vector<Row> all{
            {stepOf({3, 6, 6}, {16, 3, 1, 1}), {1, 1}, 3, Precision::Tf32},
            {stepOf({9, 6, 6}, {16, 3, 1, 1}), {1, 1}, 3, Precision::Tf32, 75},
        };
        for (const Row& row : all) {
            const StepOf<Conv> step = placed(row.step);
            QCOMPARE(QString::fromStdString(compare(row, step, valuesFor(row, step))), QString());
        }
    }

    void dividesByMultiplying() {
        for (const int divisor : {1, 2, 3, 7, 9, 64, 121, 65536, 65537, (1 << 30) + 1, std::numeric_limits<int>::max()})
            for (const int value : {0, 1, 2, 8, 63, 64, 65535, 1000000007, std::numeric_limits<int>::max() - 1,
                     std::numeric_limits<int>::max()})
                for (const int near : {value, value / divisor * divisor, std::max(value / divisor * divisor - 1, 0)}) {
                    const Divisor by(divisor);
                    QCOMPARE(by.quotient(near), near / divisor);
                    QCOMPARE(by.remainder(near, by.quotient(near)), near % divisor);
                }
    }

    void countsWhatItDoes() {
        const Row dense{stepOf({4, 6, 6}, {5, 3, 1, 0})};
        const Row pooled{stepOf({8, 6, 6}, {5, 3, 1, 0}, Activation{}, Pool{})};
        for (const auto& [row, flops] : {std::pair{dense, std::int64_t{2} * 4 * 5 * 9 * (16 + 16 + 36) + 5 * 16},
                 std::pair{pooled, std::int64_t{2} * 8 * 5 * 9 * (16 + 4 + 4) + 5 * 4}}) {
            StepRig rig(row.batch);
            Edge in;
            Edge out;
            QCOMPARE(ConvStep(placed(row.step), in, out, rig.environment()).executedFlops(), flops);
        }
    }
};

QTEST_APPLESS_MAIN(CudaConvTest)
#include "cuda_conv_test.moc"
