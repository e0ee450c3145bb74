// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/plan.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace kernelscope;

namespace {

/// The message of the Error that compile() throws; empty where it throws none.
QString refusal(const Network& network) {
    try {
        compile(network);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

Network withLayers(std::vector<Layer> layers) {
    return {"test", {1, 28, 28}, std::move(layers)};
}

} // namespace

class PlanTest : public QObject {
    Q_OBJECT

private slots:
    void classicIsTheArticlesNetwork() {
        const Plan plan = compile(preset("classic"), Fusion::Off);
        QCOMPARE(plan.layers.size(), std::size_t{10});
        QCOMPARE(plan.steps.size(), std::size_t{11});
        QVERIFY((plan.layers[0].out == Shape{32, 26, 26}));
        QVERIFY((plan.layers[2].out == Shape{32, 13, 13}));
        QVERIFY((plan.layers[3].out == Shape{64, 11, 11}));
        QVERIFY((plan.layers[5].out == Shape{64, 5, 5}));
        QVERIFY((plan.layers[6].out == Shape{1600, 1, 1}));
        QCOMPARE(plan.parameterCount, std::size_t{320 + 18496 + 102464 + 650});
        QCOMPARE(plan.classes, 10);
        // 2,528,000 and 4,861,312 multiply-adds: the first convolution needs no data gradient.
        QCOMPARE(plan.flops.forward, std::int64_t{2 * 2528000});
        QCOMPARE(plan.flops.backward, std::int64_t{2 * 4861312});
        QCOMPARE(plan.layers[3].activationBytes, std::int64_t{4 * 64 * 121});
        QCOMPARE(plan.layers[3].parameterBytes, std::int64_t{4 * 18496});
    }

    void fusionCoversEveryLayerOnce() {
        for (const std::string& name : presetNames()) {
            const Plan plan = compile(preset(name), Fusion::On);
            int layers = 0;
            for (const Step& step : plan.steps)
                std::visit(
                    [&](const auto& s) {
                        if constexpr (requires { s.layerCount; })
                            layers += s.layerCount;
                    },
                    step);
            for (const Layer& layer : plan.network.layers)
                layers -= std::holds_alternative<Flatten>(layer) ? 0 : 1;
            QCOMPARE(layers, 0);
        }
        const Plan classic = compile(preset("classic"), Fusion::On);
        QCOMPARE(classic.steps.size(), std::size_t{5});
        const auto& conv = std::get<StepOf<Conv>>(classic.steps[0]);
        QVERIFY(conv.epilogue.activation == Activation{ActivationKind::Relu});
        QVERIFY(conv.epilogue.pool.has_value());
        QVERIFY((conv.out == Shape{32, 26, 26}));
        QVERIFY((conv.result == Shape{32, 13, 13}));
        QVERIFY(!conv.needsInputGradient);
        QVERIFY(std::get<StepOf<Conv>>(classic.steps[1]).needsInputGradient);
        // Average pooling is a step of its own.
        QVERIFY(std::holds_alternative<StepOf<Pool>>(compile(preset("lenet-5"), Fusion::On).steps[1]));
    }

    void parametersFollowEachOtherInCanonicalOrder() {
        const Plan plan = compile(preset("lenet-5"));
        std::size_t offset = 0;
        for (const ParameterInfo& parameter : plan.parameters) {
            QCOMPARE(parameter.slice.offset, offset);
            offset += parameter.slice.size;
        }
        QCOMPARE(offset, plan.parameterCount);
        QCOMPARE(plan.parameters[0].name, std::string("conv1.weight"));
        QCOMPARE(plan.parameters.back().name, std::string("dense3.bias"));
    }

    void illegalNetworksAreRefusedByName_data() {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("which");
        QTest::newRow("kernel too large") << "conv1"
                                          << "1x28x28"
                                          << "29x29" << 0;
        QTest::newRow("window too large") << "pool2"
                                          << "4x1x1"
                                          << "2x2" << 1;
        QTest::newRow("dense without flatten") << "dense1"
                                               << "4x26x26"
                                               << "2704" << 2;
        QTest::newRow("zero filters") << "conv1"
                                      << "0"
                                      << "1 to 4096" << 3;
        QTest::newRow("zero stride") << "conv1"
                                     << "0"
                                     << "1 to 63" << 4;
        QTest::newRow("padding as large as the kernel") << "conv1"
                                                        << "3"
                                                        << "less than the kernel, 3" << 5;
        QTest::newRow("not flat at the end") << "conv1"
                                             << "4x26x26"
                                             << "flat vector" << 6;
        QTest::newRow("too many parameters") << "dense2"
                                             << "4294967296"
                                             << "268435456" << 7;
        QTest::newRow("one class") << "dense1"
                                   << "an output of 1"
                                   << "at least 2 classes" << 8;
    }
    void illegalNetworksAreRefusedByName() {
        QFETCH(QString, layer);
        QFETCH(QString, found);
        QFETCH(QString, expected);
        QFETCH(int, which);
        const std::vector<Network> networks{withLayers({Conv{4, 29, 1, 0}, Flatten{}, Dense{10}}),
            withLayers({Conv{4, 27, 1, 0}, Pool{PoolKind::Max, 2, 2}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{10}}),
            withLayers({Conv{4, 3, 1, 0}, Dense{10}}), withLayers({Conv{0, 3, 1, 0}, Flatten{}, Dense{10}}),
            withLayers({Conv{4, 3, 0, 0}, Flatten{}, Dense{10}}), withLayers({Conv{4, 3, 1, 3}, Flatten{}, Dense{10}}),
            withLayers({Conv{4, 3, 1, 0}}), withLayers({Flatten{}, Dense{65536}, Dense{65536}, Dense{10}}),
            withLayers({Flatten{}, Dense{1}})};
        const QString message = refusal(networks[static_cast<std::size_t>(which)]);
        QVERIFY2(message.contains(layer), qPrintable(message));
        QVERIFY2(message.contains(found), qPrintable(message));
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void emptyAndUnlearnableNetworksAreRefused() {
        QVERIFY(refusal(withLayers({})).contains("no layers"));
        QVERIFY(refusal(withLayers({Flatten{}})).contains("no layer that learns"));
        QVERIFY(refusal({"test", {0, 28, 28}, {Flatten{}, Dense{10}}}).contains("0 x 28 x 28"));
        const int most = std::numeric_limits<int>::max();
        QVERIFY(!refusal({"test", {most, most, most}, {Flatten{}, Dense{10}}}).isEmpty());
    }

    /// Worked out apart, from the generator's paper and Glorot's limit: a run's result depends on them.
    void firstWeightsAreTheKnownOnes() {
        const Plan plan = compile(preset("classic"));
        const std::vector<float> values = initialParameters(plan, 1);
        const std::vector<float> known{
            -0.12160869687795639f, -0.10880188643932343f, -0.061610255390405655f, -0.13078148663043976f};
        for (std::size_t i = 0; i < known.size(); ++i)
            QCOMPARE(values[i], known[i]);
        QCOMPARE(plan.parameters.at(4).name, std::string("dense1.weight"));
        const std::vector<float> others = initialParameters(plan, 0x0123456789abcdefu);
        QCOMPARE(others[plan.parameters[4].slice.offset + 5], 0.03620179370045662f);
    }

    void firstWeightsAreGlorotUniform() {
        const Plan plan = compile(preset("classic"));
        const std::vector<float> values = initialParameters(plan, 1);
        QVERIFY(values == initialParameters(plan, 1));
        QVERIFY(values != initialParameters(plan, 2));
        for (const ParameterInfo& parameter : plan.parameters) {
            double sum = 0;
            double squares = 0;
            float greatest = 0;
            for (std::size_t i = 0; i < parameter.slice.size; ++i) {
                const float v = values[parameter.slice.offset + i];
                sum += static_cast<double>(v);
                squares += static_cast<double>(v) * static_cast<double>(v);
                greatest = std::max(greatest, std::abs(v));
            }
            if (parameter.shape.initializer == Initializer::Zero) {
                QCOMPARE(greatest, 0.0f);
                continue;
            }
            const double n = static_cast<double>(parameter.slice.size);
            const double limit = std::sqrt(6.0 / (parameter.shape.fanIn + parameter.shape.fanOut));
            QVERIFY(static_cast<double>(greatest) <= limit * 1.000001);
            QVERIFY(static_cast<double>(greatest) > 0.95 * limit);
            QVERIFY(std::abs(sum / n) < 4 * limit / std::sqrt(3 * n));
            QVERIFY(std::abs(squares / n / (limit * limit / 3) - 1) < 4 / std::sqrt(n));
        }
    }
};

QTEST_APPLESS_MAIN(PlanTest)
#include "plan_test.moc"
