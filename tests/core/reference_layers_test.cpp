// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/activation.h"
#include "reference/conv.h"
#include "reference/dense.h"
#include "reference/flatten.h"
#include "reference/pool.h"
#include "reference/reference_model.h"
#include "reference/softmax_loss.h"

#include "check/case_data.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <vector>

using namespace kernelscope;

namespace {

using Values = std::vector<double>;

/// A step of one layer whose weights come first in the arena, then the bias.
template <class L>
StepOf<L> stepOf(const L& layer, Shape in) {
    StepOf<L> step;
    step.layer = layer;
    step.in = in;
    step.out = step.result = outputShape(layer, in);
    std::size_t offset = 0;
    for (const ParameterShape& parameter : parameterShapes(layer, in)) {
        std::size_t size = 1;
        for (const int dimension : parameter.dimensions)
            size *= static_cast<std::size_t>(dimension);
        (parameter.role == "bias" ? step.bias : step.weights) = {offset, size};
        offset += size;
    }
    return step;
}

template <class L>
Values forwardOf(const StepOf<L>& step, const Values& parameters, const Values& input) {
    Values output(step.out.size(), -99);
    reference::forward(step, reference::Forward<double>{parameters, input, output});
    return output;
}

struct Gradients {
    Values input;
    Values parameters;
};

template <class L>
Gradients backwardOf(
    const StepOf<L>& step, const Values& parameters, const Values& input, const Values& outputGradient) {
    const Values output = forwardOf(step, parameters, input);
    Gradients gradients{Values(input.size(), -99), Values(parameters.size(), 0)};
    reference::backward(step,
        reference::Backward<double>{parameters, input, output, outputGradient, gradients.input, gradients.parameters});
    return gradients;
}

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

} // namespace

/// Each layer on numbers that can be checked by hand.
class ReferenceLayersTest : public QObject {
    Q_OBJECT

private slots:
    void convolution() {
        const StepOf<Conv> step = stepOf(Conv{1, 2, 1, 0}, {1, 3, 3});
        const Values parameters{1, 2, 3, 4, /*bias*/ 10};
        const Values input{1, 2, 3, 4, 5, 6, 7, 8, 9};
        // First window: 1*1 + 2*2 + 4*3 + 5*4 = 37. Not flipped: a flipped kernel would give 23.
        QVERIFY((forwardOf(step, parameters, input) == Values{47, 57, 77, 87}));
        const Gradients gradients = backwardOf(step, parameters, input, {1, 0, 0, 2});
        QVERIFY((gradients.parameters == Values{1 + 2 * 5, 2 + 2 * 6, 4 + 2 * 8, 5 + 2 * 9, 3}));
        QVERIFY((gradients.input == Values{1, 2, 0, 3, 4 + 2, 4, 0, 6, 8}));
    }

    void convolutionWithStrideAndPadding() {
        const StepOf<Conv> step = stepOf(Conv{1, 3, 2, 1}, {1, 3, 4});
        QVERIFY((step.out == Shape{1, 2, 2}));
        const Values parameters{1, 1, 1, 1, 1, 1, 1, 1, 1, 0};
        const Values input{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        // Windows at rows -1 and 1, columns -1 and 1; outside is zero.
        QVERIFY((forwardOf(step, parameters, input) ==
                 Values{1 + 2 + 5 + 6, 2 + 3 + 4 + 6 + 7 + 8, 5 + 6 + 9 + 10, 6 + 7 + 8 + 10 + 11 + 12}));
        const Gradients gradients = backwardOf(step, parameters, input, {1, 10, 100, 1000});
        QVERIFY((gradients.input == Values{1, 11, 10, 10, 101, 1111, 1010, 1010, 100, 1100, 1000, 1000}));
    }

    void convolutionSumsOverChannels() {
        const StepOf<Conv> step = stepOf(Conv{2, 1, 1, 0}, {3, 1, 1});
        const Values parameters{1, 10, 100, 2, 20, 200, /*bias*/ 0.5, -0.5};
        QVERIFY((forwardOf(step, parameters, {1, 2, 3}) == Values{321.5, 641.5}));
    }

    void maximum() {
        const StepOf<Pool> step = stepOf(Pool{PoolKind::Max, 2, 2}, {1, 3, 5});
        QVERIFY((step.out == Shape{1, 1, 2})); // the last row and column are read by nobody
        const Values input{1, 5, -3, -4, 99, 2, 3, -2, -1, 99, 99, 99, 99, 99, 99};
        QVERIFY((forwardOf(step, {}, input) == Values{5, -1}));
        const Gradients gradients = backwardOf(step, {}, input, {7, 8});
        QVERIFY((gradients.input == Values{0, 7, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0}));
    }

    void overlappingWindowsAddTheirGradients() {
        const StepOf<Pool> step = stepOf(Pool{PoolKind::Max, 2, 1}, {1, 2, 3});
        const Values input{1, 9, 2, 3, 4, 5};
        QVERIFY((forwardOf(step, {}, input) == Values{9, 9}));
        QVERIFY((backwardOf(step, {}, input, {1, 10}).input == Values{0, 11, 0, 0, 0, 0}));
    }

    /// A tie goes to the first in row order, in full.
    void ties() {
        const StepOf<Pool> step = stepOf(Pool{PoolKind::Max, 2, 2}, {1, 4, 4});
        const Values input{
            0, 0, 1, 2, //
            0, 0, 2, 2, //
            3, 1, 5, 4, //
            1, 3, 5, 5, //
        };
        QVERIFY((forwardOf(step, {}, input) == Values{0, 2, 3, 5}));
        const Values expected{
            1, 0, 0, 2, //
            0, 0, 0, 0, //
            3, 0, 4, 0, //
            0, 0, 0, 0, //
        };
        QVERIFY((backwardOf(step, {}, input, {1, 2, 3, 4}).input == expected));
    }

    /// The same through a network: a blank image ties everywhere, and the gradient of a kernel is then the same as if
    /// each window had one position only, its first.
    void tiesOnABlankImage() {
        const Network network{"ties", {1, 6, 6}, {Conv{2, 3, 1, 1}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{3}}};
        ReferenceModel<double> model(compile(network, Fusion::Off));
        const std::vector<float> floats = caseParameters({"ties", network, 1, 1}, model.plan());
        const Values parameters(floats.begin(), floats.end());
        const Values image(36, 0.0);
        Values gradients(parameters.size());
        model.forward(parameters, image);
        model.backward(parameters, 1, 1.0, gradients);
        const auto pooled = model.outputGradient(1);
        const auto convolved = model.outputGradient(0);
        for (std::size_t channel = 0; channel < 2; ++channel)
            for (std::size_t row = 0; row < 6; ++row)
                for (std::size_t column = 0; column < 6; ++column) {
                    const bool first = row % 2 == 0 && column % 2 == 0;
                    const double expected = first ? pooled[channel * 9 + row / 2 * 3 + column / 2] : 0.0;
                    QCOMPARE(convolved[channel * 36 + row * 6 + column], expected);
                }
    }

    void average() {
        const StepOf<Pool> step = stepOf(Pool{PoolKind::Average, 2, 1}, {1, 2, 3});
        const Values input{1, 2, 3, 5, 6, 7};
        QVERIFY((forwardOf(step, {}, input) == Values{3.5, 4.5}));
        QVERIFY((backwardOf(step, {}, input, {4, 8}).input == Values{1, 3, 2, 1, 3, 2}));
    }

    void dense() {
        const StepOf<Dense> step = stepOf(Dense{2}, {3, 1, 1});
        const Values parameters{1, 2, 3, 4, 5, 6, /*bias*/ 0.5, -0.5};
        QVERIFY((forwardOf(step, parameters, {1, 10, 100}) == Values{321.5, 653.5}));
        const Gradients gradients = backwardOf(step, parameters, {1, 10, 100}, {2, 3});
        QVERIFY((gradients.parameters == Values{2, 20, 200, 3, 30, 300, 2, 3}));
        QVERIFY((gradients.input == Values{14, 19, 24}));
    }

    void parameterGradientsAreAdded() {
        const StepOf<Dense> step = stepOf(Dense{1}, {1, 1, 1});
        const Values parameters{2, 0};
        const Values input{3};
        const Values output{6};
        const Values outputGradient{1};
        Values inputGradient(1);
        Values gradients{100, 1000};
        reference::backward(
            step, reference::Backward<double>{parameters, input, output, outputGradient, inputGradient, gradients});
        QVERIFY((gradients == Values{103, 1001}));
    }

    void activations() {
        const StepOf<Activation> relu = stepOf(Activation{ActivationKind::Relu}, {4, 1, 1});
        QVERIFY((forwardOf(relu, {}, {-2, 0, 3, -0.5}) == Values{0, 0, 3, 0}));
        QVERIFY((backwardOf(relu, {}, {-2, 0, 3, -0.5}, {1, 2, 3, 4}).input == Values{0, 0, 3, 0}));

        const StepOf<Activation> tanh = stepOf(Activation{ActivationKind::Tanh}, {3, 1, 1});
        const Values output = forwardOf(tanh, {}, {0, 0.5, -20});
        QCOMPARE(output[0], 0.0);
        QVERIFY(std::abs(output[1] - (std::exp(0.5) - std::exp(-0.5)) / (std::exp(0.5) + std::exp(-0.5))) < 1e-15);
        QCOMPARE(output[2], -1.0);
        const Values gradient = backwardOf(tanh, {}, {0, 0.5, -20}, {1, 2, 3}).input;
        QCOMPARE(gradient[0], 1.0);
        QVERIFY(std::abs(gradient[1] - 2 / (std::cosh(0.5) * std::cosh(0.5))) < 1e-15);
        QVERIFY(std::abs(gradient[2]) < 1e-15);
    }

    void flatten() {
        const StepOf<Flatten> step = stepOf(Flatten{}, {2, 1, 2});
        QVERIFY((forwardOf(step, {}, {1, 2, 3, 4}) == Values{1, 2, 3, 4}));
        QVERIFY((backwardOf(step, {}, {1, 2, 3, 4}, {5, 6, 7, 8}).input == Values{5, 6, 7, 8}));
    }

    void softmaxAndLoss() {
        const Values logits{std::log(1.0), std::log(2.0), std::log(5.0)};
        Values probabilities(3);
        reference::softmax<double>(logits, probabilities);
        QVERIFY(std::abs(probabilities[0] - 0.125) < 1e-15 && std::abs(probabilities[2] - 0.625) < 1e-15);
        QVERIFY(std::abs(reference::crossEntropy<double>(logits, 1) - std::log(4.0)) < 1e-15);
        Values gradient(3);
        reference::crossEntropyGradient<double>(probabilities, 1, 2.0, gradient);
        QVERIFY(std::abs(gradient[0] - 0.25) < 1e-15 && std::abs(gradient[1] + 1.5) < 1e-15);
    }

    /// Where e^x would overflow or a probability round to 0, the loss is still right.
    void softmaxOfExtremes() {
        const std::vector<float> logits{1000.0f, 0.0f, -1000.0f};
        std::vector<float> probabilities(3);
        reference::softmax<float>(logits, probabilities);
        QVERIFY((probabilities == std::vector<float>{1, 0, 0}));
        QCOMPARE(reference::crossEntropy<float>(logits, 0), 0.0f);
        QCOMPARE(reference::crossEntropy<float>(logits, 1), 1000.0f);
        QCOMPARE(reference::crossEntropy<float>(logits, 2), 2000.0f);
    }

    /// A weight that is not a number ends in a loss that is none: nothing on the way hides it.
    void nothingHidesANaN() {
        const StepOf<Activation> relu = stepOf(Activation{ActivationKind::Relu}, {1, 1, 1});
        QVERIFY(std::isnan(forwardOf(relu, {}, {notANumber})[0]));
        for (const std::string& name : presetNames()) {
            ReferenceModel<double> model(compile(preset(name), Fusion::Off));
            const std::vector<float> floats = initialParameters(model.plan(), 1);
            Values image(model.plan().network.input.size());
            for (std::size_t p = 0; p < image.size(); ++p)
                image[p] = static_cast<double>(unitFloat(layer_cases::word(1, 1, 0, p)));
            for (const ParameterInfo& parameter : model.plan().parameters) {
                Values parameters(floats.begin(), floats.end());
                parameters[parameter.slice.offset] = notANumber;
                const std::vector<float> running = initialState(model.plan());
                model.forward(parameters, image, Values(running.begin(), running.end()));
                QVERIFY2(std::isnan(model.loss(0)), parameter.name.c_str());
            }
        }
    }

    void theFirstOfEqualLogitsIsPredicted() {
        const Network network{"equal", {1, 1, 1}, {Dense{3}}};
        ReferenceModel<double> model(compile(network, Fusion::Off));
        model.forward(Values{0, 0, 0, 1, 2, 2}, Values{0.5});
        QCOMPARE(model.predicted(), 1);
    }

    void refusesWhatDoesNotFit() {
        const Plan plan = compile(preset("tiny"), Fusion::Off);
        ReferenceModel<float> model(plan);
        std::vector<float> parameters(plan.parameterCount);
        std::vector<float> image(784);
        std::vector<float> wrong(3);
        QVERIFY_EXCEPTION_THROWN(model.forward(wrong, image), Error);
        QVERIFY_EXCEPTION_THROWN(model.forward(parameters, wrong), Error);
        model.forward(parameters, image);
        QVERIFY_EXCEPTION_THROWN(model.loss(10), Error);
        QVERIFY_EXCEPTION_THROWN(model.loss(-1), Error);
        QVERIFY_EXCEPTION_THROWN(model.backward(parameters, 0, 1.0f, wrong), Error);
        QVERIFY_EXCEPTION_THROWN(ReferenceModel<float>(compile(preset("tiny"), Fusion::On)), Error);
    }
};

QTEST_APPLESS_MAIN(ReferenceLayersTest)
#include "reference_layers_test.moc"
