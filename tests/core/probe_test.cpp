// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/probe.h"

#include "check/case_data.h"
#include "check/scaled_difference.h"

#include <QtTest>

#include <numeric>

using namespace kernelscope;

namespace {

/// A snapshot of a preset's first weights.
Snapshot snapshotOf(const Network& network) {
    Snapshot snapshot;
    snapshot.step = 42;
    snapshot.parameters = initialParameters(compile(network), 7);
    snapshot.state = caseState({"probe", network, 1, 3}, compile(network));
    return snapshot;
}

/// Whether the call throws an Error whose message contains the text.
template <class Call>
bool refuses(Call call, const char* text) {
    try {
        call();
    } catch (const Error& error) {
        return std::string(error.what()).find(text) != std::string::npos;
    }
    return false;
}

} // namespace

class ProbeTest : public QObject {
    Q_OBJECT

private slots:
    void showsWhatTheReferenceComputes_data() {
        QTest::addColumn<QString>("name");
        for (const std::string& name : presetNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void showsWhatTheReferenceComputes() {
        QFETCH(QString, name);
        const Network network = preset(name.toStdString());
        const auto data = caseData({"probe", network, 1, 3}, 2);
        const Tensor image = imageTensor(*data, Split::Train, 1);
        const Snapshot snapshot = snapshotOf(network);
        const Probe probe(network);
        const ProbeResult result = probe.look(snapshot, image, 4);

        QCOMPARE(result.step, std::int64_t{42});
        QCOMPARE(result.label, 4);
        QVERIFY(result.input.values == image.values);
        QCOMPARE(result.outputs.size(), network.layers.size());
        ReferenceModel<double> model(compile(network, Fusion::Off));
        model.forward(std::vector<double>(snapshot.parameters.begin(), snapshot.parameters.end()),
            std::vector<double>(image.values.begin(), image.values.end()),
            std::vector<double>(snapshot.state.begin(), snapshot.state.end()));
        for (std::size_t layer = 0; layer < network.layers.size(); ++layer) {
            QVERIFY(result.outputs[layer].shape == probe.plan().layers[layer].out);
            QCOMPARE(result.outputs[layer].values.size(), result.outputs[layer].shape.size());
            QVERIFY(scaledDifference(model.output(layer), result.outputs[layer].values) < 1e-5);
        }
        QVERIFY(scaledDifference(model.probabilities(), result.probabilities) < 1e-5);
        QCOMPARE(result.predicted, model.predicted());
        QVERIFY(std::abs(result.loss - model.loss(4)) < 1e-5);
        const double sum = std::accumulate(result.probabilities.begin(), result.probabilities.end(), 0.0);
        QVERIFY(std::abs(sum - 1) < 1e-6);
        const auto greatest = std::max_element(result.probabilities.begin(), result.probabilities.end());
        QCOMPARE(result.predicted, static_cast<int>(greatest - result.probabilities.begin()));
    }

    void withoutALabelThereIsNoLoss() {
        const Network network = preset("tiny");
        const Tensor image{network.input, std::vector<float>(network.input.size(), 0.5f)};
        const ProbeResult result = Probe(network).look(snapshotOf(network), image);
        QCOMPARE(result.label, -1);
        QCOMPARE(result.loss, 0.0);
    }

    void imagesAreScaledToOne() {
        DataInfo info;
        info.name = "two";
        info.shape = {1, 1, 3};
        info.classes = 2;
        info.classNames = {"0", "1"};
        const MemoryDataSet data(info, {{0, 51, 255, 1, 2, 3}, {0, 1}}, {{255, 0, 255}, {1}});
        QVERIFY((imageTensor(data, Split::Train, 0).values == std::vector<float>{0.0f, 0.2f, 1.0f}));
        QVERIFY((imageTensor(data, Split::Test, 0).values == std::vector<float>{1.0f, 0.0f, 1.0f}));
        QVERIFY((imageTensor(data, Split::Test, 0).shape == Shape{1, 1, 3}));
        QVERIFY(refuses([&] { imageTensor(data, Split::Train, 2); }, "found number 2, expected less than 2"));
    }

    void refusesWhatDoesNotFit() {
        const Network network = preset("tiny");
        const Probe probe(network);
        const Snapshot snapshot = snapshotOf(network);
        const Tensor image{network.input, std::vector<float>(network.input.size())};

        Tensor wrongShape{{3, 32, 32}, std::vector<float>(3 * 32 * 32)};
        QVERIFY(refuses([&] { probe.look(snapshot, wrongShape); }, "3x32x32"));
        Tensor tooFew = image;
        tooFew.values.pop_back();
        QVERIFY(refuses([&] { probe.look(snapshot, tooFew); }, "783 values"));
        Snapshot tooShort = snapshot;
        tooShort.parameters.pop_back();
        QVERIFY(refuses([&] { probe.look(tooShort, image); }, "the parameters"));
        QVERIFY(refuses([&] { probe.look(snapshot, image, 10); }, "0 to 9"));
        Network illegal = network;
        illegal.layers.clear();
        QVERIFY(refuses([&] { Probe{illegal}; }, "no layers"));
    }
};

QTEST_APPLESS_MAIN(ProbeTest)
#include "probe_test.moc"
