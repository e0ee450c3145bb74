// SPDX-License-Identifier: GPL-3.0-or-later
// What files of networks, weights and runs may make a reader allocate on their word alone.
#include "base/error.h"
#include "core/data/hostile_files.h"
#include "files/checkpoint_file.h"
#include "files/json_fields.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "fuzz/sample_record.h"
#include "network/network_json.h"
#include "network/plan.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace kernelscope;

namespace {

/// A safetensors file with this header and so many bytes behind it.
std::string weights(const std::string& header, std::size_t valueBytes, std::uint64_t claimedHeader) {
    Bytes length;
    appendLittle(length, claimedHeader, 8);
    return std::string(length.begin(), length.end()) + header + std::string(valueBytes, '\0');
}

std::string weights(const std::string& header, std::size_t valueBytes) {
    return weights(header, valueBytes, header.size());
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

/// The columns of a record are as short as JSON lets them be.
std::string recordOfSteps(int steps, int lastLosses) {
    nlohmann::ordered_json json = toJson(fuzz::sampleRecord());
    json["steps"] = "here";
    std::string text = json.dump();
    std::string step = "1";
    for (int i = 2; i <= steps + 1; ++i)
        step += "," + std::to_string(i);
    const std::string columns = "{\"step\":[" + step + "],\"seconds\":[" + repeated("0,", steps) + "0],\"loss\":[" +
                                repeated("0,", steps - 1) + "0" + repeated(",0", lastLosses) + "],\"correct\":[" +
                                repeated("0,", steps) + "0],\"count\":[" + repeated("1,", steps) + "999]}";
    return text.replace(text.find("\"here\""), 6, columns);
}

std::string recordOfEpochs(int epochs) {
    nlohmann::ordered_json json = toJson(fuzz::sampleRecord());
    json["epochs"] = "here";
    std::string text = json.dump();
    std::string all;
    for (int i = 1; i <= epochs + 1; ++i)
        all += std::string(i == 1 ? "" : ",") + "{\"epoch\":" + std::to_string(i > epochs ? 2 : i) +
               ",\"lastStep\":" + std::to_string(i) +
               ",\"trainLoss\":0,\"trainAccuracy\":0,\"testLoss\":0,\"testAccuracy\":0,\"trainSeconds\":0,"
               "\"testSeconds\":0,\"endSeconds\":0}";
    return text.replace(text.find("\"here\""), 6, "[" + all + "]");
}

std::string recordOfEvents(int events) {
    nlohmann::ordered_json json = toJson(fuzz::sampleRecord());
    json["events"] = "here";
    json["steps"]["step"][0] = 0;
    std::string text = json.dump();
    const std::string event = "{\"kind\":\"learningRate\",\"step\":1,\"value\":1}";
    return text.replace(text.find("\"here\""), 6, "[" + repeated(event + ",", events - 1) + event + "]");
}

} // namespace

class HostileSavedFilesTest : public QObject {
    Q_OBJECT

private slots:
    void files_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected"); // of the reader that the file is made for
        QTest::addColumn<QString>("reader");
        const auto add = [](const char* name, const char* reader, const std::string& content, const char* expected) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << QString::fromLatin1(expected)
                                << QString::fromLatin1(reader);
        };
        // The network is JSON inside JSON.
        const std::string network =
            "{\"__metadata__\": {\"network\": \"{\\\"format\\\": \\\"kernelscope-network\\\", \\\"version\\\": 1, "
            "\\\"name\\\": \\\"n\\\", \\\"input\\\": {\\\"channels\\\": 1, \\\"height\\\": 1, \\\"width\\\": 1}, "
            "\\\"layers\\\": [{\\\"type\\\": \\\"dense\\\", "
            "\\\"units\\\": UNITS}]}\"}}";
        const auto withUnits = [&](const std::string& units) {
            std::string text = network;
            return text.replace(text.find("UNITS"), 5, units);
        };
        add("a header of 2^63 bytes", "weights", weights("{}", 0, std::uint64_t{1} << 63), "a header of 92233720368");
        add("a header beyond the file", "weights", weights("{}", 0, 3), "a header of 3 bytes");
        add("a header of 100 MB in a small file", "weights", weights("{}", 0, 100000000), "a header of 100000000");
        add("nothing but a length", "weights", weights("", 0, 0), "does not start with");
        add("deep header", "weights", weights(std::string("{\"a\": ").append(500000, '['), 0), "nest");
        add("a tensor of terabytes", "weights",
            weights("{\"a\": {\"dtype\": \"F32\", \"shape\": [1099511627776], \"data_offsets\": [0, 4]}}", 4),
            "more bytes than the file has");
        add("a shape that overflows", "weights",
            weights("{\"a\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, 4]}}", 4),
            "more bytes than the file has");
        add("offsets beyond the file", "weights",
            weights("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 1099511627776]}}", 4),
            "where the file ends");
        add("a network of billions of weights", "weights", weights(withUnits("1000000000"), 0),
            "a network that cannot be");
        add("no tensors for the network", "weights", weights(withUnits("10"), 0), "no tensor \"dense1");
        add("deep arrays", "network", std::string(500000, '['), "nest");
        add("deep objects", "network", repeated("{\"a\":", 100000), "nest");
        add("deep arrays in a record", "record", std::string("{\"steps\": ").append(500000, '['), "nest");
        add("a network without end", "network", "{\"format\": \"kernelscope-network\"", "line 1");
        add("an endless number", "record", std::string("[1").append(200000, '0').append("]"), "more than 400 digits");
        add("a text without end", "record", std::string("[\"").append(500000, 'x'), "the end of the text");
        // Two bytes of text each would become 16 and more in memory, and a look-up among all that came before.
        for (const char* reader : {"network", "record", "weights"}) {
            const auto hold = [&](std::string text) {
                return reader == std::string("weights") ? weights(text, 0) : std::move(text);
            };
            const std::string name = reader;
            add((name + " of many numbers").c_str(), reader, hold("{\"x\":[" + repeated("0,", 1 << 20)), "values at");
            add((name + " of many arrays").c_str(), reader, hold("{\"x\":[" + repeated("[],", 1 << 20)),
                "without a text or a number at");
            std::string fields = "{\"x\": {";
            for (int i = 0; i < 5000; ++i)
                fields += "\"field " + std::to_string(i) + "\": 0, ";
            add((name + " of many fields").c_str(), reader, hold(fields), "more than 200 fields");
        }
        // As much as is read before the end shows that it was in vain.
        add("an object of texts", "network", "{\"x\": [" + repeated("{\"abc\": \"0123456789\"},", 4000), "values at");
        add("objects up to the limit", "network", "{\"x\": [" + repeated("{\"\":0},", 3400) + "0", "line 1");
        add("one long text", "network", "{\"x\": \"" + std::string(3 << 20, 'x') + "\"}", "bytes of names and texts");
        add("one long name", "record", "{\"" + std::string(3 << 20, 'x') + "\": 0}", "bytes of names and texts");
        add("metadata of many texts", "weights",
            weights(
                "{\"__metadata__\": {" +
                    [] {
                        std::string texts;
                        for (int i = 0; i < 190; ++i)
                            texts += "\"text " + std::to_string(i) + "\": \"" + std::string(20'000, 'x') + "\",";
                        return texts;
                    }() +
                    "\"last\": 0}}",
                0),
            "bytes of names and texts");
        std::string tensors;
        for (int i = 0; i < 3990; ++i)
            tensors += "\"layer" + std::to_string(i) +
                       ".weight\":{\"dtype\":\"F32\",\"shape\":[0,1,1,1],\"data_offsets\":[0,0]},";
        add("thousands of tensors and a wrong one", "weights",
            weights("{" + tensors + "\"last\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0),
            "the type I8");
        std::string more = tensors;
        for (int i = 0; i < 100'000; ++i)
            more += "\"m" + std::to_string(i) + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},";
        add("a hundred thousand tensors", "weights", weights("{" + more + "}", 0), "more than 4001 fields");
        add("a million steps and a wrong one", "record", recordOfSteps(1'000'000, 1), "found 999 in steps.count");
        add("a column too short", "record", recordOfSteps(1'000'000, 0), "1000000 values in steps.loss");
        add("ten thousand epochs and a wrong one", "record", recordOfEpochs(10'000), "found 2 in epochs[10000].epoch");
        add("many events and a wrong step", "record", recordOfEvents(100'000), "found 0 in steps.step[0]");
        // As many tensors and texts as may be, before the end shows that it was in vain.
        const std::string longText = "\"__metadata__\":{\"a\":\"" + std::string(132'000, 'x') + "\"},";
        add("a long text and thousands of tensors", "weights", weights("{" + longText + tensors + "\"last\":0}", 0),
            "last");
        const std::string longTensors = [&] {
            std::string all = tensors;
            for (std::size_t at = 0; (at = all.find("layer", at)) != std::string::npos; at += 20)
                all.insert(at, "very-long-name-");
            return all;
        }();
        add("thousands of tensors, long texts and no end", "weights",
            weights("{" + longTensors + "\"__metadata__\":{\"a\":\"" + std::string(30'000, 'x') + "\"}", 0), "line 1");
        add("thousands of tensors and long texts", "weights", weights("{" + tensors + longText + "\"last\":0}", 0),
            "more than 49152 bytes of names and texts");
        add("tensors, a long text and more tensors", "weights",
            weights("{" + tensors.substr(0, tensors.find("\"layer2000.")) + longText +
                        tensors.substr(tensors.find("\"layer2000.")) + "\"last\":0}",
                0),
            "last");
        // Eight bytes for every two of the file.
        add("a shape of many dimensions", "weights",
            weights("{\"a\":{\"dtype\":\"F32\",\"shape\":[" + repeated("0,", 6000) + "0],\"data_offsets\":[0,0]}}", 0),
            "6001 dimensions");
        add("a key many times", "network", "{\"a\": 1, \"a\": 1}", "\"a\"");
        add("no text", "record", std::string("\0\xFF\xFE\x01", 4), "line 1");
    }

    void files() {
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        QFETCH(QString, reader);
        const QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "file";
        write(path, Bytes(content.begin(), content.end()));
        watchMemory();
        try {
            if (reader == QLatin1String("weights"))
                loadWeights(path);
            else if (reader == QLatin1String("record"))
                loadRunRecord(path);
            else
                openNetwork(path.string());
            QFAIL("the file was accepted");
        } catch (const Error& error) {
            const auto limit = static_cast<std::size_t>(content.size()) + (1 << 20);
            QVERIFY2(mostMemory() < limit, qPrintable(QStringLiteral("%1 of %2").arg(mostMemory()).arg(limit)));
            const QString message = QString::fromUtf8(error.what());
            QVERIFY2(message.contains(expected), qPrintable(message.left(500)));
            QVERIFY2(message.contains(QString::fromStdString(path.string())), qPrintable(message.left(500)));
            QVERIFY2(message.size() < 1000, qPrintable(message.left(500)));
        }
    }

    /// The rows of a checkpoint are in the file, but what is made of them takes more room: none is taken before all of
    /// them make sense, together with the rest.
    void rowsOfNoRun_data() {
        QTest::addColumn<int>("steps");
        QTest::addColumn<int>("events");
        QTest::addColumn<bool>("good"); // each row by itself
        QTest::addColumn<QString>("expected");
        QTest::newRow("no steps at all") << 100'000 << 0 << false << "row 1 of \"steps\"";
        QTest::newRow("steps and wrong sums") << 400'000 << 0 << true << "sums over";
        QTest::newRow("events and wrong sums") << 4 << 300'000 << true << "sums over";
        QTest::newRow("events after the end") << 4 << 300'000 << false << "row 300000 of \"events\"";
    }
    void rowsOfNoRun() {
        QFETCH(int, steps);
        QFETCH(int, events);
        QFETCH(bool, good);
        QFETCH(QString, expected);
        Checkpoint checkpoint;
        RunRecord& record = checkpoint.record;
        record = fuzz::sampleRecord();
        record.network.layers = {Flatten{}, Dense{2}};
        record.network.input = record.data.shape = {1, 2, 2};
        record.data.trainCount = 16'000'000;
        record.epochs.clear();
        record.steps.assign(static_cast<std::size_t>(steps), StepPoint{0, 1, 0.5f, 1, 16});
        for (int i = 0; good && i < steps; ++i)
            record.steps[static_cast<std::size_t>(i)].step = i + 1;
        if (events > 0 && !good)
            for (int i = 0; i < steps; ++i)
                record.steps[static_cast<std::size_t>(i)].step = i + 1;
        record.events.assign(static_cast<std::size_t>(events), RunEvent{RunEvent::Kind::LearningRate, 1, 0.5f});
        if (events > 0 && !good)
            record.events.back().step = steps + 2;
        checkpoint.learningRate = 0.01f;
        const Plan plan = compile(record.network);
        checkpoint.parameters.assign(plan.parameterCount, 0.5f);
        checkpoint.moments.assign(2 * plan.parameterCount, 0.25f);
        const QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "file";
        saveCheckpoint(path, checkpoint);
        checkpoint = {};
        watchMemory();
        try {
            loadCheckpoint(path);
            QFAIL("the file was accepted");
        } catch (const Error& error) {
            QVERIFY2(mostMemory() < 1 << 20, qPrintable(QString::number(mostMemory())));
            QVERIFY2(QString::fromUtf8(error.what()).contains(expected), error.what());
        }
    }
};

QTEST_APPLESS_MAIN(HostileSavedFilesTest)
#include "hostile_saved_files_test.moc"
