// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/optimizer.h"

#include "network/plan.h"

#include <QtTest>

#include <cmath>
#include <string>
#include <vector>

using namespace kernelscope;

namespace {

/// Gradients of ten steps, of very different size, with a zero among them.
const std::vector<float> gradients{0.5f, -0.25f, 0.125f, 0.0f, 2.0f, -1e-3f, 3e-5f, -40.0f, 0.75f, 0.1f};

/// A learning rate that changes on the way.
float rateAt(std::int64_t step) {
    return step <= 5 ? 0.01f : 0.002f;
}

/// Runs updateParameter() over the gradients; the value after each step.
std::vector<float> trajectory(const OptimizerSpec& spec) {
    float value = 1.5f;
    float first = 0;
    float second = 0;
    std::vector<float> values;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        const auto step = static_cast<std::int64_t>(i) + 1;
        updateParameter(updateConstants(spec, rateAt(step), step), gradients[i], value, &first, &second);
        values.push_back(value);
    }
    return values;
}

bool close(float found, double expected) {
    return std::abs(static_cast<double>(found) - expected) <= 3e-6 * std::max(1.0, std::abs(expected));
}

} // namespace

/// The formulas against plain ones in double, written as Keras's documentation has them.
class OptimizerTest : public QObject {
    Q_OBJECT

private slots:
    void sgd() {
        double w = 1.5;
        const std::vector<float> found = trajectory({OptimizerKind::Sgd});
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            w -= static_cast<double>(rateAt(static_cast<std::int64_t>(i) + 1)) * static_cast<double>(gradients[i]);
            QVERIFY2(
                close(found[i], w), qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(found[i]).arg(w)));
        }
        QCOMPARE(found[0], 1.5f - 0.01f * 0.5f);
    }

    void momentum() {
        OptimizerSpec spec{OptimizerKind::Momentum};
        spec.momentum = 0.9f;
        double w = 1.5;
        double velocity = 0;
        const std::vector<float> found = trajectory(spec);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const double rate = static_cast<double>(rateAt(static_cast<std::int64_t>(i) + 1));
            velocity = static_cast<double>(spec.momentum) * velocity - rate * static_cast<double>(gradients[i]);
            w += velocity;
            QVERIFY2(
                close(found[i], w), qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(found[i]).arg(w)));
        }
    }

    void adam() {
        const OptimizerSpec spec{OptimizerKind::Adam};
        QCOMPARE(spec.epsilon, 1e-7f); // Keras's default
        const double beta1 = static_cast<double>(spec.beta1);
        const double beta2 = static_cast<double>(spec.beta2);
        double w = 1.5;
        double m = 0;
        double v = 0;
        const std::vector<float> found = trajectory(spec);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const double t = static_cast<double>(i) + 1;
            const double g = static_cast<double>(gradients[i]);
            const double rate = static_cast<double>(rateAt(static_cast<std::int64_t>(i) + 1));
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            const double corrected = rate * std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t));
            w -= corrected * m / (std::sqrt(v) + static_cast<double>(spec.epsilon));
            QVERIFY2(
                close(found[i], w), qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(found[i]).arg(w)));
        }
    }

    /// Where epsilon stands decides steps of tiny gradients: outside the corrected root, as in Keras, the first step is
    /// rate * g / (|g| + epsilon / sqrt(1 - beta2)); inside it would be rate * g / (|g| + epsilon).
    void adamsEpsilonIsKerass() {
        const OptimizerSpec spec{OptimizerKind::Adam};
        const float g = 1e-6f;
        float value = 0;
        float first = 0;
        float second = 0;
        updateParameter(updateConstants(spec, 1.0f, 1), g, value, &first, &second);
        const double keras = -1e-6 / (1e-6 + 1e-7 / std::sqrt(0.001));
        QVERIFY2(std::abs(static_cast<double>(value) - keras) < 1e-4, qPrintable(QString::number(value)));
        QVERIFY(std::abs(static_cast<double>(value) + 1e-6 / (1e-6 + 1e-7)) > 0.1);
    }

    /// The first step of Adam has the size of the learning rate, whatever the gradient's.
    void adamsFirstStepIsTheLearningRate() {
        for (const float g : {1.0f, -3.0f, 1e4f}) {
            float value = 0;
            float first = 0;
            float second = 0;
            updateParameter(updateConstants({OptimizerKind::Adam}, 0.01f, 1), g, value, &first, &second);
            QVERIFY(std::abs(std::abs(value) - 0.01f) < 1e-6f);
            QCOMPARE(value<0, g> 0);
        }
    }

    void nesterov() {
        OptimizerSpec spec{OptimizerKind::Nesterov};
        spec.momentum = 0.8f;
        double w = 1.5;
        double velocity = 0;
        const std::vector<float> found = trajectory(spec);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const double rate = static_cast<double>(rateAt(static_cast<std::int64_t>(i) + 1));
            const double g = static_cast<double>(gradients[i]);
            velocity = static_cast<double>(spec.momentum) * velocity - rate * g;
            w += static_cast<double>(spec.momentum) * velocity - rate * g;
            QVERIFY2(
                close(found[i], w), qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(found[i]).arg(w)));
        }
        // It looks ahead: its first step is already as long as momentum's first two parts.
        QVERIFY(close(found[0], 1.5 - (1 + static_cast<double>(spec.momentum)) * 0.01 * 0.5));
    }

    void adamwShrinksApartFromTheGradient() {
        OptimizerSpec spec{OptimizerKind::AdamW};
        spec.weightDecay = 0.3f;
        const double beta1 = static_cast<double>(spec.beta1);
        const double beta2 = static_cast<double>(spec.beta2);
        double w = 1.5;
        double m = 0;
        double v = 0;
        const std::vector<float> found = trajectory(spec);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
            const double t = static_cast<double>(i) + 1;
            const double g = static_cast<double>(gradients[i]);
            const double rate = static_cast<double>(rateAt(static_cast<std::int64_t>(i) + 1));
            w -= rate * static_cast<double>(spec.weightDecay) * w;
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            w -= rate * std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t)) * m /
                 (std::sqrt(v) + static_cast<double>(spec.epsilon));
            QVERIFY2(
                close(found[i], w), qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(found[i]).arg(w)));
        }
        spec.weightDecay = 0;
        QVERIFY(trajectory(spec) == trajectory({OptimizerKind::Adam}));
    }

    /// For the others weight decay is a part of the gradient, and so goes through momentum and Adam's moments.
    void weightDecayIsAddedToTheGradient() {
        for (const OptimizerKind kind :
            {OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Nesterov, OptimizerKind::Adam}) {
            OptimizerSpec spec{kind};
            const OptimizerSpec plain = spec;
            spec.weightDecay = 0.3f;
            const std::vector<float> found = trajectory(spec);
            float value = 1.5f;
            float first = 0;
            float second = 0;
            for (std::size_t i = 0; i < gradients.size(); ++i) {
                const auto step = static_cast<std::int64_t>(i) + 1;
                const auto g = static_cast<float>(static_cast<double>(gradients[i]) +
                                                  static_cast<double>(spec.weightDecay) * static_cast<double>(value));
                updateParameter(updateConstants(plain, rateAt(step), step), g, value, &first, &second);
                QVERIFY2(close(found[i], static_cast<double>(value)), name(kind));
            }
            QVERIFY(found != trajectory(plain));
            const UpdateConstants without = withoutDecay(updateConstants(spec, 0.01f, 3));
            QVERIFY(without.decay == 0 && without.shrink == 0);
        }
    }

    /// Kernels and matrices decay; what is added, and batch norm's scale, do not.
    void onlyWeightsDecay() {
        const Plan plan = compile({"some", {1, 8, 8},
            {Conv{3, 3, 1, 0}, BatchNorm{}, Activation{ActivationKind::Relu}, Flatten{}, Dense{2}}});
        std::vector<std::string> decayed;
        for (const ParameterInfo& parameter : plan.parameters)
            if (isDecayed(parameter.shape))
                decayed.push_back(parameter.name);
        QVERIFY(decayed == (std::vector<std::string>{"conv1.weight", "dense1.weight"}));
        QCOMPARE(plan.parameters.size(), std::size_t{6});
    }

    void memory() {
        QCOMPARE(momentsPerParameter(OptimizerKind::Sgd), std::size_t{0});
        QCOMPARE(momentsPerParameter(OptimizerKind::Momentum), std::size_t{1});
        QCOMPARE(momentsPerParameter(OptimizerKind::Nesterov), std::size_t{1});
        QCOMPARE(momentsPerParameter(OptimizerKind::Adam), std::size_t{2});
        QCOMPARE(momentsPerParameter(OptimizerKind::AdamW), std::size_t{2});
    }
};

QTEST_APPLESS_MAIN(OptimizerTest)
#include "optimizer_test.moc"
