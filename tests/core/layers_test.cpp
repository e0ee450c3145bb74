// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors.h"
#include "layers/dropout.h"
#include "network/plan.h"
#include "training/fit.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace kernelscope;

namespace {

/// The message of the Error that a call throws; empty where it throws none.
template <class Call>
QString refusal(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

std::string kept(const DropoutKey& key, float rate, std::size_t count) {
    std::string text;
    for (std::size_t element = 0; element < count; ++element)
        text += isKept(dropoutWord(key, element), rate) ? '1' : '0';
    return text;
}

} // namespace

/// The rules of the layers that the plan's test does not reach: masks, padding, statistics.
class LayersTest : public QObject {
    Q_OBJECT

private slots:
    /// Worked out apart, from the generator's paper and the rule in layers/dropout.h.
    void dropoutMasksAreTheKnownOnes() {
        const std::uint64_t seed = 0x0123456789abcdefu;
        const std::vector<std::uint32_t> words{
            0xde22d9e8u, 0xeeab8037u, 0x9c4fc8dfu, 0x6a0be779u, 0xa7f3926au, 0x6b4d063bu, 0x62da746cu, 0x8617a638u};
        for (std::size_t element = 0; element < words.size(); ++element)
            QCOMPARE(dropoutWord({seed, 1, 0, 2}, element), words[element]);
        QCOMPARE(kept({seed, 1, 0, 2}, 0.5f, 8), std::string("11101001"));
        QCOMPARE(dropoutWord({seed, 1000000, 31, 7}, 0), 0xe3cc9ea2u);
        QCOMPARE(dropoutWord({seed, 1000000, 31, 7}, 5), 0x11f581aeu);
        QCOMPARE(dropoutWord({seed, 1000000, 31, 7}, 8191), 0xb5661246u);
        QCOMPARE(kept({1, 1, 0, 1}, 0.25f, 24), std::string("111110100001111011101101"));
        // Of the step, the lower 32 bits count.
        QCOMPARE(dropoutWord({seed, (std::int64_t{1} << 32) + 1, 0, 2}, 0), words[0]);
    }

    void dropoutKeepsItsShare() {
        for (const float rate : {0.0f, 0.1f, 0.5f, 0.9f}) {
            const std::string mask = kept({5, 9, 3, 1}, rate, 40000);
            const double share = static_cast<double>(std::count(mask.begin(), mask.end(), '1')) / 40000;
            QVERIFY2(std::abs(share - (1 - static_cast<double>(rate))) < 0.01, qPrintable(QString::number(share)));
        }
        // A value stays where the number is the rate itself.
        QVERIFY(isKept(0x80000000u, 0.5f));
        QVERIFY(!isKept(0x7fffffffu, 0.5f));
    }

    void samePaddingGivesTheSizeDividedByTheStride() {
        for (int size = 1; size <= 20; ++size)
            for (int kernel = 1; kernel <= 7; ++kernel)
                for (int stride = 1; stride <= 4; ++stride) {
                    const Conv conv{2, kernel, stride, Padding::same()};
                    const int out = (size + stride - 1) / stride;
                    QVERIFY((outputShape(conv, {1, size, 5}) == Shape{2, out, (5 + stride - 1) / stride}));
                    const PaddedEnds ends = zerosAlong(conv, size);
                    QVERIFY(ends.behind == ends.before || ends.behind == ends.before + 1);
                    // No window lies in the zeros alone, and the last one just fits.
                    QVERIFY(ends.before < kernel && (out - 1) * stride - ends.before < size);
                    QVERIFY((out - 1) * stride + kernel <= size + ends.before + ends.behind);
                }
        // As Keras divides an odd sum: the more at the end.
        QCOMPARE(zerosAlong(Conv{1, 3, 2, Padding::same()}, 8).before, 0);
        QCOMPARE(zerosAlong(Conv{1, 3, 2, Padding::same()}, 8).behind, 1);
    }

    void constantsOutOfRangeAreRefused_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("expected");
        QTest::newRow("dropout of all") << 0 << "'rate': found 1, expected 0 or more, below 1";
        QTest::newRow("dropout of less than nothing") << 1 << "'rate': found -0.1";
        QTest::newRow("dropout of no number") << 2 << "'rate': found nan";
        QTest::newRow("slope") << 3 << "'slope': found 1.5, expected 0 to 1";
        QTest::newRow("momentum") << 4 << "'momentum': found 1, expected 0 or more, below 1";
        QTest::newRow("epsilon") << 5 << "'epsilon': found 0, expected above 0, at most 1";
        // In so many digits that what was found is not what was expected.
        QTest::newRow("tiny epsilon") << 6
                                      << "'epsilon': found 1e-45, expected above 0, at most 1 (1.1754944e-38 to 1)";
        QTest::newRow("just too small an epsilon") << 7 << "'epsilon': found 1.1754942e-38, expected above 0";
        QTest::newRow("epsilon just above 1") << 8 << "'epsilon': found 1.0000001, expected above 0, at most 1";
        QTest::newRow("dropout of nearly all") << 0 << "below 1 (0 to 0.99999994)";
    }
    void constantsOutOfRangeAreRefused() {
        QFETCH(int, which);
        QFETCH(QString, expected);
        const std::vector<Layer> layers{Dropout{1.0f}, Dropout{-0.1f}, Dropout{std::numeric_limits<float>::quiet_NaN()},
            Activation{ActivationKind::LeakyRelu, 1.5f}, BatchNorm{1.0f, 1e-5f}, BatchNorm{0.9f, 0.0f},
            BatchNorm{0.9f, 1e-45f}, BatchNorm{0.9f, std::nextafter(std::numeric_limits<float>::min(), 0.0f)},
            BatchNorm{0.9f, std::nextafter(1.0f, 2.0f)}};
        const Network network{"net", {1, 4, 4}, {layers[static_cast<std::size_t>(which)], Flatten{}, Dense{2}}};
        const QString message = refusal([&] { compile(network); });
        QVERIFY2(message.contains(expected), qPrintable(message));
        QVERIFY2(message.startsWith("Layer "), qPrintable(message));
    }

    void batchNormsStateHasItsPlace() {
        const Plan plan = compile(
            {"net", {3, 8, 8}, {BatchNorm{}, Conv{5, 3, 1, 0}, BatchNorm{}, Activation{}, Flatten{}, Dense{4}}});
        QCOMPARE(plan.stateCount, std::size_t{2 * 3 + 2 * 5});
        QCOMPARE(plan.states.size(), std::size_t{4});
        QCOMPARE(plan.states[0].name, std::string("batchnorm1.running_mean"));
        QCOMPARE(plan.states[3].name, std::string("batchnorm2.running_var"));
        QVERIFY((plan.states[3].slice == Slice{11, 5}));
        const std::vector<float> state = initialState(plan);
        QVERIFY((std::vector<float>(state.begin(), state.begin() + 6) == std::vector<float>{0, 0, 0, 1, 1, 1}));
        const auto& norm = std::get<StepOf<BatchNorm>>(plan.steps[2]);
        QVERIFY((norm.state == Slice{6, 10}));
        QVERIFY(norm.epilogue.activation == Activation{});
        QCOMPARE(norm.layerCount, 2);
        const std::vector<float> first = initialParameters(plan, 1);
        QCOMPARE(first[norm.weights.offset], 1.0f);
        QCOMPARE(first[norm.bias.offset], 0.0f);
        QCOMPARE(plan.layers[0].states, std::int64_t{6});
    }

    void aVarianceOfOneValueIsRefusedBeforeTraining() {
        const Plan plan = compile({"net", {1, 4, 4}, {Flatten{}, Dense{3}, BatchNorm{}, Dense{2}}});
        const auto refused = [&](int batch, std::size_t samples, std::size_t available) {
            TrainingSpec spec;
            spec.batchSize = batch;
            spec.trainSamples = samples;
            return refusal([&] { requireBatches(plan, spec, available); });
        };
        QVERIFY(refused(32, 0, 64).isEmpty());
        QVERIFY(refused(32, 66, 100).isEmpty());
        QString message = refused(32, 0, 65);
        QVERIFY2(message.contains("'batchnorm1'") &&
                     message.contains("a last batch of 1 image (65 images in batches of 32)"),
            qPrintable(message));
        QVERIFY2(message.contains("only 64 training images"), qPrintable(message));
        QVERIFY(refused(32, 33, 100).contains("33 images"));
        QVERIFY(refused(1, 0, 64).contains("Use a batch size of 2 or more"));
        QVERIFY(!refusal([&] { requireBatch(plan, 1); }).isEmpty());
        QVERIFY(refusal([&] { requireBatch(plan, 2); }).isEmpty());
        // Maps have many values, even of one image.
        const Plan maps = compile({"net", {1, 4, 4}, {BatchNorm{}, Flatten{}, Dense{2}}});
        QVERIFY(refusal([&] { requireBatch(maps, 1); }).isEmpty());
    }

    void weightsFilesCarryTheState() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("w.safetensors").toStdString();
        const Plan plan = compile({"net", {2, 4, 4}, {BatchNorm{}, Flatten{}, Dense{2}}});
        const std::vector<float> parameters = initialParameters(plan, 3);
        const std::vector<float> state{0.5f, -0.25f, 2.0f, 3.0f};
        QVERIFY(
            refusal([&] { saveWeights(path, plan, parameters); }).contains("found 0 running statistics, expected 4"));
        saveWeights(path, plan, parameters, state);
        QVERIFY(loadWeights(path).parameters == parameters);
        QVERIFY(loadWeights(path).state == state);
        QVERIFY(loadWeights(path).network == plan.network);
    }

    void presetsKeepWithinTwoCores() {
        const Plan deep = compile(preset("deep"));
        QVERIFY(deep.parameterCount <= 300'000 && deep.flops.forward <= 40'000'000);
        QVERIFY((deep.network.input == Shape{3, 32, 32}));
        const Plan vgg = compile(preset("vgg-small"));
        QVERIFY(vgg.parameterCount <= 300'000 && vgg.flops.forward <= 40'000'000);
        QVERIFY((presetNames() == std::vector<std::string>{"classic", "lenet-5", "tiny", "deep", "vgg-small"}));
    }
};

QTEST_APPLESS_MAIN(LayersTest)
#include "layers_test.moc"
