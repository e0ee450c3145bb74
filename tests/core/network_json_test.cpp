// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "network/network_json.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

using namespace kernelscope;

namespace {

using Json = nlohmann::ordered_json;

QString refusal(const std::string& text) {
    try {
        parseNetwork(text, "net.json");
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

class NetworkJsonTest : public QObject {
    Q_OBJECT

private slots:
    void presetsSurviveTheRoundTrip() {
        for (const std::string& name : presetNames()) {
            const Network network = preset(name);
            QVERIFY(parseNetwork(toJson(network).dump(2), "text") == network);
            QVERIFY(openNetwork(name) == network);
        }
    }

    void everyLayerAndFieldSurvives() {
        const Network network{"all of them", {3, 32, 40},
            {Conv{5, 7, 3, 2}, Activation{ActivationKind::Tanh}, Pool{PoolKind::Average, 3, 1},
                Pool{PoolKind::Max, 2, 3}, Activation{ActivationKind::Relu}, Conv{4, 3, 2, Padding::same()},
                Activation{ActivationKind::LeakyRelu, 0.3f}, Activation{ActivationKind::Sigmoid}, Dropout{0.1f},
                BatchNorm{0.99f, 1e-3f}, Flatten{}, Dense{17}}};
        QCOMPARE(toJson(network)["layers"][6]["slope"].dump(), std::string("0.3"));
        QVERIFY(parseNetwork(toJson(network).dump(), "text") == network);
    }

    void defaultsMayBeLeftOut() {
        const Network network = parseNetwork(
            R"({"format": "kernelscope-network", "version": 1, "input": {"channels": 1, "height": 9, "width": 9},
                "layers": [{"type": "conv", "filters": 2, "kernel": 3}, {"type": "pool", "size": 3},
                           {"type": "activation", "function": "leaky-relu"}, {"type": "dropout"},
                           {"type": "batchnorm"}]})",
            "text");
        QVERIFY(
            (network == Network{"unnamed", {1, 9, 9},
                            {Conv{2, 3, 1, 0}, Pool{PoolKind::Max, 3, 3}, Activation{ActivationKind::LeakyRelu, 0.01f},
                                Dropout{0.5f}, BatchNorm{0.9f, 1e-5f}}}));
    }

    void wrongNetworksAreRefusedByField_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* pointer, const char* value, const char* expected) {
            QTest::newRow(name) << pointer << value << expected;
        };
        row("unknown field", "/layers/0/strides", "2", "the unknown field layers[0].strides");
        row("unknown field at the top", "/layer", "[]", "the unknown field layer");
        row("unknown field of the input", "/input/depth", "3", "the unknown field input.depth");
        row("wrong type", "/layers/0/kernel", "\"3\"", "found \"3\" in layers[0].kernel, expected a whole number");
        row("half a pixel", "/input/width", "28.5", "found 28.5 in input.width");
        row("missing field", "/layers/7/units", "", "no field layers[7].units");
        row("missing input", "/input", "", "no field input");
        row("missing layers", "/layers", "", "no field layers");
        row("missing type", "/layers/2/type", "", "no field layers[2].type");
        row("misspelt type", "/layers/0/type", "\"conf\"",
            "expected one of conv, pool, dense, activation, dropout, batchnorm, flatten");
        row("misspelt function", "/layers/1/function", "\"relo\"", "expected one of relu, tanh, leaky-relu, sigmoid");
        row("misspelt kind", "/layers/2/kind", "\"maximum\"", "expected one of max, average");
        row("misspelt padding", "/layers/0/padding", "\"some\"", "expected a whole number or \"same\"");
        row("slope of a ReLU", "/layers/1/slope", "0.1", "the unknown field layers[1].slope");
        const std::string many = Json(std::vector<Json>(1001, Json{{"type", "flatten"}})).dump();
        row("many layers", "/layers", many.c_str(), "found 1001 layers in layers, expected at most 1000");
        row("no list of layers", "/layers", "{}", "found an object in layers, expected an array");
        row("a layer that is no object", "/layers/3", "\"conv\"", "found \"conv\" in layers[3], expected an object");
        row("another format", "/format", "\"kernelscope-run\"", "expected \"kernelscope-network\"");
        row("newer version", "/version", "2", "It was written by a newer Kernelscope");
        row("version zero", "/version", "0", "found 0 in version");
        row("too wide for an int", "/layers/7/units", "4294967296", "found 4294967296 in layers[7].units");
    }
    void wrongNetworksAreRefusedByField() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        Json json = toJson(preset("classic"));
        const Json::json_pointer where(pointer.toStdString());
        if (value.isEmpty())
            json[where.parent_pointer()].erase(where.back());
        else
            json[where] = Json::parse(value.toStdString());
        const QString message = refusal(json.dump());
        QVERIFY2(message.startsWith("Cannot read the network 'net.json': found "), qPrintable(message));
        QVERIFY2(message.contains(expected), qPrintable(message));
    }

    void badTextNamesLineAndColumn() {
        const QString message = refusal("{\"format\": \"kernelscope-network\",\n  \"version\" 1}");
        QVERIFY2(message.contains("line 2, column 13"), qPrintable(message));
    }

    void filesAreOpenedAndOtherNamesListThePresets() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("mine.json").toStdString();
        writeFileAtomically(path, toJson(preset("tiny")).dump());
        QVERIFY(openNetwork(path) == preset("tiny"));
        QVERIFY_EXCEPTION_THROWN(openNetwork(path + ".missing"), Error);
        try {
            openNetwork("classik");
            QFAIL("a preset that does not exist was opened");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("classic, lenet-5, tiny"), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(NetworkJsonTest)
#include "network_json_test.moc"
