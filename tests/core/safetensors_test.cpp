// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "files/safetensors.h"
#include "files/safetensors_header.h"
#include "refusal.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <istream>
#include <limits>
#include <random>
#include <streambuf>

using namespace kernelscope;
using kernelscope::testing::refusal;

namespace {

using Json = nlohmann::ordered_json;

/// Two tensors, a.weight (2 x 3) and a.bias (2): small enough to break in every way.
const Plan& smallPlan() {
    static const Plan plan = compile({"small", {3, 1, 1}, {Dense{2}}});
    return plan;
}

std::string fileOf(const std::string& header, const std::string& values, std::uint64_t length) {
    std::string file;
    for (int i = 0; i < 8; ++i)
        file += static_cast<char>(length >> (8 * i) & 0xff);
    return file + header + values;
}
std::string fileOf(const std::string& header, const std::string& values) {
    return fileOf(header, values, header.size());
}
std::string fileOf(const Json& header, std::size_t valueBytes = 32) {
    return fileOf(header.dump(), std::string(valueBytes, '\0'));
}

Json smallHeader() {
    return Json::parse(R"({"dense1.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "dense1.bias": {"dtype": "F32", "shape": [2], "data_offsets": [24, 32]}})");
}

} // namespace

class SafetensorsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::string path(const char* name = "weights.safetensors") const { return m_folder.filePath(name).toStdString(); }
    /// What is said of a file with this content.
    QString refusalOf(const std::string& content) const {
        std::ofstream(path("hostile"), std::ios::binary) << content;
        return refusal([&] { loadWeights(path("hostile"), smallPlan()); });
    }

private slots:
    void presetsSurviveTheRoundTrip() {
        std::mt19937 random(1);
        for (const std::string& name : presetNames()) {
            const Plan plan = compile(preset(name));
            std::vector<float> values(plan.parameterCount);
            std::vector<float> state(plan.stateCount);
            for (auto* array : {&values, &state})
                for (float& value : *array)
                    value = static_cast<float>(static_cast<int>(random())) * 1e-9f;
            saveWeights(path(), plan, values, state, {{"seed", "7"}, {"note", "t\u00e9xt \"quoted\""}});
            const WeightsFile file = loadWeights(path());
            QVERIFY(file.network == plan.network);
            QVERIFY(file.parameters == values);
            QCOMPARE(file.metadata.at("seed"), std::string("7"));
            QCOMPARE(file.metadata.at("note"), std::string("t\u00e9xt \"quoted\""));
            QVERIFY(loadWeights(path(), plan).parameters == values);
            QVERIFY(loadWeights(path(), plan).state == state);
            QVERIFY(file.state == state);
        }
    }

    /// Byte for byte what the published description asks for.
    /// As many layers as a network has at most, of the kind with the most arrays.
    void theLargestNetworkSurvives() {
        Network network{"large", {1, 1, 2}, std::vector<Layer>(998, BatchNorm{})};
        network.layers.insert(network.layers.end(), {Flatten{}, Dense{2}});
        const Plan plan = compile(network);
        const std::vector<float> values(plan.parameterCount, 0.5f);
        const std::vector<float> state(plan.stateCount, 0.25f);
        saveWeights(path(), plan, values, state);
        const WeightsFile file = loadWeights(path());
        QVERIFY(file.network == network && file.parameters == values && file.state == state);
    }

    void theFileIsAsTheFormatSays() {
        const std::vector<float> values{1, 2, 3, 4, 5, 6, -1, 0.5f};
        saveWeights(path(), smallPlan(), values);
        const std::string content = readWholeFile(path(), 10000);
        std::uint64_t length = 0;
        for (std::size_t i = 8; i-- > 0;)
            length = length << 8 | static_cast<unsigned char>(content[i]);
        QCOMPARE(length % 8, std::uint64_t{0});
        QCOMPARE(content.size(), 8 + static_cast<std::size_t>(length) + 32);
        const std::string text = content.substr(8, static_cast<std::size_t>(length));
        QVERIFY(text.starts_with("{"));
        Json header = Json::parse(text);
        QVERIFY(header["__metadata__"]["network"].is_string());
        header.erase("__metadata__");
        QVERIFY(header == smallHeader());
        float first = 0, last = 0;
        std::memcpy(&first, content.data() + 8 + length, sizeof first);
        std::memcpy(&last, content.data() + content.size() - 4, sizeof last);
        QCOMPARE(first, 1.0f);
        QCOMPARE(last, 0.5f);
    }

    void anyOrderAndEmptyTensorsOfOthersAreUnderstood() {
        const Json swapped = Json::parse(R"({"dense1.bias": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "dense1.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [8, 32]}})");
        std::string values(32, '\0');
        const float seven = 7;
        std::memcpy(values.data() + 8, &seven, sizeof seven);
        writeFileAtomically(path(), fileOf(swapped.dump() + "   ", values));
        QCOMPARE(loadWeights(path(), smallPlan()).parameters[0], 7.0f);
        QVERIFY(refusal([&] { loadWeights(path()); }).contains("no network in its metadata"));
    }

    void everyTruncationIsRefused() {
        saveWeights(path(), smallPlan(), std::vector<float>(8, 1.0f));
        const std::string content = readWholeFile(path(), 10000);
        for (std::size_t length = 0; length < content.size(); ++length) {
            const QString message = refusalOf(content.substr(0, length));
            QVERIFY2(message.contains("hostile"), qPrintable(QString::number(length) + message));
        }
        QVERIFY(refusalOf(content).isEmpty());
        QVERIFY(refusalOf(content + '\0').contains("bytes of values"));
    }

    void hostileHeadersAreRefused_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& content, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << says;
        };
        const auto with = [](const char* pointer, const char* value) {
            Json header = smallHeader();
            header[Json::json_pointer(pointer)] = Json::parse(value);
            return fileOf(header);
        };
        row("length of 2^64 - 1", fileOf("{}", "", std::numeric_limits<std::uint64_t>::max()), "a header of 18446744");
        row("length beyond the file", fileOf("{}", "", 3), "a header of 3 bytes, expected at most 2");
        row("header over 100 MB", fileOf("{}", "", 100'000'001), "a header of 100000001 bytes");
        row("no header", fileOf("", "1234"), "does not start with '{'");
        row("space before the header", fileOf(" {}", ""), "does not start with '{'");
        row("an array", fileOf("[]", ""), "does not start with '{'");
        row("broken JSON", fileOf("{\"a\":", ""), "line 1, column 6");
        row("text after the JSON", fileOf("{}x", ""), "no JSON");
        row("deep nesting", fileOf("{\"a\":" + std::string(10000, '['), ""), "more than 64 levels");
        row("duplicate tensor",
            fileOf(R"({"a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}, "a": 1})", "1234"),
            "\"a\" a second time");
        row("other type", with("/dense1.bias/dtype", "\"F16\""),
            "found the type F16 in \"dense1.bias\".dtype, expected F32");
        row("type of no kind", with("/dense1.bias/dtype", "32"), "found 32 in \"dense1.bias\".dtype");
        row("unknown field", with("/dense1.bias/stride", "1"), "the unknown field \"dense1.bias\".stride");
        row("tensor that is no object", with("/dense1.bias", "[]"), "found an array in \"dense1.bias\"");
        row("negative dimension", with("/dense1.bias/shape", "[-2]"), "found -2 in \"dense1.bias\".shape");
        row("fraction of a dimension", with("/dense1.bias/shape", "[2.0]"), "found 2.0 in \"dense1.bias\".shape[0]");
        row("product of 2^64", with("/dense1.bias/shape", "[4294967296, 4294967296]"), "more bytes than the file has");
        row("product of 2^64 + 2", with("/dense1.bias/shape", "[3, 6148914691236517206]"), "more bytes than the file");
        row("zero times much", with("/dense1.bias/shape", "[0, 9223372036854775807]"), "a shape of 0 bytes");
        row("shape larger than its bytes", with("/dense1.bias/shape", "[3]"), "a shape of 12 bytes");
        row("negative begin", with("/dense1.weight/data_offsets", "[-1, 24]"), "a begin and an end that follows it");
        row("end before begin", with("/dense1.bias/data_offsets", "[32, 24]"), "a begin and an end that follows it");
        row("three offsets", with("/dense1.bias/data_offsets", "[24, 28, 32]"), "a begin and an end that follows it");
        row("end beyond the file", with("/dense1.bias/data_offsets", "[28, 36]"),
            "found an end at byte 36 in \"dense1.bias\".data_offsets, expected at most 32");
        row("overlap", with("/dense1.bias/data_offsets", "[20, 28]"), "an overlap before the tensor \"dense1.bias\"");
        row(
            "hole",
            [&] {
                Json header = smallHeader();
                header["dense1.bias"]["data_offsets"] = {28, 36};
                return fileOf(header, 36);
            }(),
            "a hole before the tensor \"dense1.bias\"");
        row("bytes left over", fileOf(smallHeader(), 36), "found 36 bytes of values, expected 32");
        row("metadata that is no object", with("/__metadata__", "[]"), "an object");
        row("metadata that is no text", with("/__metadata__", R"({"a": 1})"), "__metadata__.a, expected a text");
        row("another tensor", with("/extra", R"({"dtype": "F32", "shape": [0], "data_offsets": [32, 32]})"),
            "the tensor \"extra\", which the network does not have");
        row("missing tensor",
            fileOf(Json::parse(R"({"dense1.weight": {"dtype": "F32", "shape": [2, 3],
            "data_offsets": [0, 24]}})"),
                24),
            "no tensor \"dense1.bias\", expected one of shape 2");
        row("transposed", with("/dense1.weight/shape", "[3, 2]"),
            "shape 3x2 for the tensor \"dense1.weight\", expected shape 2x3");
        std::string notFinite(32, '\0');
        const float infinite = std::numeric_limits<float>::infinity();
        std::memcpy(notFinite.data() + 28, &infinite, sizeof infinite);
        row("infinite weight", fileOf(smallHeader().dump(), notFinite), "not a number in \"dense1.bias\"");
    }
    void hostileHeadersAreRefused() {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        const QString message = refusalOf(content.toStdString());
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.contains("hostile"), qPrintable(message));
    }

    /// Whatever bytes are changed, a file is read or refused, with sanitizers watching in their builds.
    void changedBytesAreReadOrRefused() {
        saveWeights(path(), smallPlan(), std::vector<float>(8, 1.0f));
        const std::string content = readWholeFile(path(), 10000);
        std::mt19937 random(7);
        int refused = 0;
        for (int i = 0; i < 1000; ++i) {
            std::string changed = content;
            for (unsigned change = 0; change <= random() % 3; ++change)
                changed[random() % changed.size()] = static_cast<char>(random());
            std::ofstream(path("hostile"), std::ios::binary) << changed;
            refused += refusal([&] { loadWeights(path("hostile")); }).isEmpty() ? 0 : 1;
        }
        QVERIFY(refused > 300);
    }

    void networksInMetadataAreChecked() {
        Json header = smallHeader();
        header["__metadata__"] = {{"network", R"({"format": "kernelscope-network", "version": 1})"}};
        writeFileAtomically(path(), fileOf(header));
        QVERIFY(refusal([&] { loadWeights(path()); }).contains("no field input"));
    }

    /// A disk that fails is no file that is too short.
    void aReadErrorIsNoShortFile() {
        class Broken final : public std::streambuf {
            int_type underflow() override { return traits_type::eof(); }
        } buffer;
        std::istream file(&buffer);
        const QString message = refusal([&] { readHeader(file, 21312, "weights.safetensors"); });
        QVERIFY2(message.contains("a header that cannot be read") && message.contains("copy the file elsewhere"),
            qPrintable(message));
        QVERIFY2(!message.contains("at least 8"), qPrintable(message));
        QVERIFY(refusalOf("1234567").contains("7 bytes, expected at least 8"));
    }

    void missingFilesAndFoldersAreNamed() {
        QVERIFY(refusal([&] { loadWeights(path("missing")); }).contains("missing"));
        QVERIFY(refusal([&] { loadWeights(m_folder.path().toStdString()); }).contains("a folder"));
        QVERIFY(!refusal([&] { saveWeights(path(), smallPlan(), std::vector<float>(7)); }).isEmpty());
    }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
