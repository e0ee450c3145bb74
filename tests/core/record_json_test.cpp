// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "files/json_fields.h"
#include "files/run_record_json.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>

using namespace kernelscope;

namespace {

using Json = nlohmann::ordered_json;

RunRecord sample() {
    RunRecord record;
    record.device = {"cpu:3", "A chip", "cpu", "AVX2", 3, "fp32", "CUDA 13.0"};
    record.network = preset("lenet-5");
    record.spec.optimizer = {OptimizerKind::Nesterov, 0.1f, 0.7f, 0.8f, 0.99f, 3e-8f, 5e-4f};
    record.spec.batchSize = 48;
    record.spec.epochs = 7;
    record.spec.seed = 18446744073709551615u;
    record.spec.trainSamples = 96;
    record.spec.schedule = {ScheduleKind::OneCycle, 3, 0.1f, 1.5f};
    record.spec.augmentation = {2, true};
    record.spec.stopping = {0.995f, 4};
    record.data = {"Letters", "/some where/\"quoted\"", {1, 28, 28}, 2, {"alpha", "b\u00eata"}, 100, 50, ""};
    record.steps = {{1, 0.25, 2.3025851f, 3, 48}, {2, 0.5, 1e-30f, 48, 48}};
    record.epochs = {{1, 2, 1.5, 0.25, 1.25, 0.5, 0.75, 0.125, 0.75}, {2, 4, 1.0 / 3, 1, 0.1, 1, 1.5, 0.25, 2.25}};
    record.events = {{RunEvent::Kind::LearningRate, 2, 0.05f}};
    record.phases = {0.5, 0.25, 2.25, 0.375, 0.0625, 9};
    record.stop = StopReason::NoImprovement;
    record.keptEpoch = 2;
    record.message = "One sentence.\nAnd \"another\".";
    record.build = {"1.2.3", "abcdef", "GCC 12", "Release"};
    record.date = "2030-01-31T12:00:00Z";
    return record;
}

const std::set<std::string> laterFields{"/hyperparameters/weightDecay", "/hyperparameters/schedule",
    "/hyperparameters/stepEpochs", "/hyperparameters/stepFactor", "/hyperparameters/warmupEpochs",
    "/hyperparameters/shift", "/hyperparameters/flip", "/hyperparameters/targetAccuracy", "/hyperparameters/patience",
    "/keptEpoch", "/device/driver"};

RunRecord fromText(const std::string& text) {
    return runRecordFromJson(parseRunRecord(text, "Cannot read the run record", "run.json"), "run.json");
}

RunRecord fromJson(const Json& json) {
    return fromText(json.dump());
}

QString refusal(const Json& json) {
    try {
        fromJson(json);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

class RecordJsonTest : public QObject {
    Q_OBJECT

private slots:
    /// However many values a file may have, those of a long run are not too many.
    void aMillionStepsOpen() {
        constexpr int steps = 1'000'000;
        const QTemporaryDir folder;
        const std::string path = folder.filePath("long.json").toStdString();
        RunRecord before = sample();
        before.steps.clear();
        for (int i = 1; i <= steps; ++i) // as short as figures may be
            before.steps.push_back({i, 1e-5 * i, 1, 1, 1});
        saveRunRecord(path, before);
        QCOMPARE(loadRunRecord(path).steps.size(), std::size_t{steps});
    }

    void countsThatNoDataHasAreRefused() {
        for (const char* count : {"trainCount", "testCount"}) {
            Json json = toJson(sample());
            json["data"][count] = 9223372036854775807;
            const QString message = refusal(json);
            QVERIFY2(message.contains("found 9223372036854775807") && message.contains("at most 4294967295"),
                qPrintable(message));
        }
    }

    void everythingSurvivesTheRoundTrip() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("run.json").toStdString();
        const RunRecord before = sample();
        saveRunRecord(path, before);
        const RunRecord after = loadRunRecord(path);
        QVERIFY(after.device == before.device);
        QVERIFY(after.network == before.network);
        QVERIFY(after.spec == before.spec);
        QCOMPARE(after.data.classNames, before.data.classNames);
        QCOMPARE(after.data.source, before.data.source);
        QVERIFY(after.data.shape == before.data.shape);
        QCOMPARE(after.data.count(Split::Test), std::size_t{50});
        QCOMPARE(after.steps.size(), std::size_t{2});
        QCOMPARE(after.steps[1].loss, 1e-30f);
        QCOMPARE(after.epochs.size(), std::size_t{2});
        QCOMPARE(after.epochs[1].trainLoss, 1.0 / 3);
        QCOMPARE(after.events[0].value, 0.05f);
        QCOMPARE(after.phases.paused, 9.0);
        QVERIFY(after.stop == StopReason::NoImprovement);
        QCOMPARE(after.keptEpoch, 2);
        QCOMPARE(after.message, before.message);
        QCOMPARE(after.build.commit, before.build.commit);
        // What was read writes the same text, so no field is lost on the way.
        QCOMPARE(toJson(after).dump(), toJson(before).dump());
        QVERIFY(Json::parse(readWholeFile(path, 1 << 20)) == toJson(before));
    }

    void anEmptyRunSurvives() {
        RunRecord record = sample();
        record.steps.clear();
        record.epochs.clear();
        record.keptEpoch = 0;
        record.events.clear();
        const QTemporaryDir folder;
        const std::string path = folder.filePath("run.json").toStdString();
        saveRunRecord(path, record);
        QVERIFY(loadRunRecord(path).steps.empty());
    }

    void lossesThatAreNotFiniteSurvive() {
        RunRecord record = sample();
        record.epochs[1].testLoss = std::numeric_limits<double>::infinity();
        record.epochs[0].trainLoss = std::nan("");
        record.steps[1].loss = std::numeric_limits<float>::quiet_NaN();
        const Json json = Json::parse(toJson(record).dump());
        QCOMPARE(json["epochs"][1]["testLoss"].get<std::string>(), std::string("infinity"));
        QVERIFY(json["steps"]["loss"][1].is_null());
        const RunRecord after = fromJson(json);
        QCOMPARE(after.epochs[1].testLoss, std::numeric_limits<double>::infinity());
        QVERIFY(std::isnan(after.epochs[0].trainLoss));
        QVERIFY(std::isnan(after.steps[1].loss));
    }

    void numbersAreWrittenShort() {
        const Json json = toJson(sample());
        QCOMPARE(json["hyperparameters"]["learningRate"].dump(), std::string("0.1"));
        QCOMPARE(json["hyperparameters"]["epsilon"].dump(), std::string("3e-08"));
        QCOMPARE(json["steps"]["loss"][0].dump(), std::string("2.3025851"));
    }

    /// Each field in turn is taken away, then replaced by something of a wrong type: both must be noticed and named.
    void everyFieldIsAskedForAndChecked() {
        const Json whole = toJson(sample());
        const Json flat = whole.flatten();
        int fields = 0;
        for (const auto& [pointer, ignored] : flat.items()) {
            const Json::json_pointer where(pointer);
            if (whole[where.parent_pointer()].is_array())
                continue; // an element of an array may well be missing
            // A network has defaults of its own, which have their own test.
            // Fields that came later are missing in older records; see olderRecordsOpen().
            const bool optional = pointer.starts_with("/network/") || laterFields.contains(pointer);
            if (!optional) {
                Json without = whole;
                without[where.parent_pointer()].erase(where.back());
                const QString message = refusal(without);
                QVERIFY2(message.contains(QString::fromStdString("no field ")), pointer.c_str());
                QVERIFY2(message.contains(QString::fromStdString(where.back())), qPrintable(message));
            }
            Json wrong = whole;
            wrong[where] = Json::object();
            const QString message = refusal(wrong);
            QVERIFY2(message.contains("found an object in "), pointer.c_str());
            QVERIFY2(message.contains(QString::fromStdString(where.back())), qPrintable(message));
            ++fields;
        }
        QVERIFY(fields > 60);
    }

    void olderRecordsOpen() {
        Json json = toJson(sample());
        for (const std::string& field : laterFields) {
            const Json::json_pointer where(field);
            json[where.parent_pointer()].erase(where.back());
        }
        const RunRecord record = fromJson(json);
        RunRecord expected = sample();
        expected.spec.optimizer.weightDecay = 0;
        expected.spec.schedule = {};
        expected.spec.augmentation = {};
        expected.spec.stopping = {};
        QVERIFY(record.spec == expected.spec);
        QCOMPARE(record.keptEpoch, 0);
    }

    void everyOptimizerScheduleAndReasonSurvives() {
        RunRecord record = sample();
        for (const OptimizerKind kind : allOptimizers) {
            record.spec.optimizer.kind = kind;
            QVERIFY(fromJson(toJson(record)).spec == record.spec);
        }
        for (const ScheduleKind kind : allSchedules) {
            record.spec.schedule.kind = kind;
            QVERIFY(fromJson(toJson(record)).spec == record.spec);
        }
        for (const StopReason reason : {StopReason::Completed, StopReason::Stopped, StopReason::NonFinite,
                 StopReason::Failed, StopReason::TargetReached, StopReason::NoImprovement}) {
            record.stop = reason;
            QVERIFY(fromJson(toJson(record)).stop == reason);
        }
    }

    void impossibleValuesAreRefused_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* pointer, const char* value, const char* says) {
            QTest::newRow(name) << pointer << value << says;
        };
        row("another format", "/format", "\"kernelscope-network\"", "expected \"kernelscope-run\"");
        row("newer version", "/version", "2", "newer Kernelscope");
        row("unknown field", "/extra", "1", "the unknown field extra");
        row("accuracy above 1", "/epochs/0/testAccuracy", "1.5", "found 1.5 in epochs[0].testAccuracy");
        row("no accuracy", "/epochs/1/trainAccuracy", "null", "found null in epochs[1].trainAccuracy");
        row("negative time", "/epochs/0/trainSeconds", "-1", "epochs[0].trainSeconds");
        row("epoch out of order", "/epochs/1/epoch", "1", "found 1 in epochs[1].epoch, expected 2 to 2");
        row("last step goes back", "/epochs/1/lastStep", "2", "found 2 in epochs[1].lastStep");
        row("steps out of order", "/steps/step/1", "1", "found 1 in steps.step[1]");
        row("time goes back", "/steps/seconds/1", "0.1", "steps.seconds[1]");
        row("more correct than images", "/steps/correct/0", "49", "found 49 in steps.correct[0]");
        row("more images than a batch", "/steps/count/1", "49", "found 49 in steps.count[1], expected 1 to 48");
        row("loss beyond float32", "/steps/loss/0", "1e39", "steps.loss[0]");
        row("uneven columns", "/steps/loss", "[1]", "found 1 values in steps.loss, expected 2");
        row("unknown optimizer", "/hyperparameters/optimizer", "\"lion\"",
            "expected one of sgd, momentum, nesterov, adam");
        row("learning rate of zero", "/hyperparameters/learningRate", "0", "learningRate");
        row("weight decay below 0", "/hyperparameters/weightDecay", "-0.1", "weightDecay");
        row("unknown schedule", "/hyperparameters/schedule", "\"cosines\"", "expected one of constant, step, cosine");
        row("no epochs to a step", "/hyperparameters/stepEpochs", "0", "stepEpochs");
        row("a step that grows", "/hyperparameters/stepFactor", "1.5", "stepFactor");
        row("warm-up below 0", "/hyperparameters/warmupEpochs", "-1", "warmupEpochs");
        row("a far shift", "/hyperparameters/shift", "5", "expected 0 to 4");
        row("flip as a number", "/hyperparameters/flip", "1", "expected true or false");
        row("a target above 1", "/hyperparameters/targetAccuracy", "97", "targetAccuracy");
        row("patience below 0", "/hyperparameters/patience", "-1", "patience");
        row("an epoch that was not made", "/keptEpoch", "3", "found 3 in keptEpoch");
        row("unknown stop", "/stop", "\"exploded\"", "expected one of completed, stopped, non-finite, failed");
        row("names and classes disagree", "/data/classes", "3", "found 2 names in data.classNames, expected 3");
        row("no threads", "/threads", "0", "found 0 in threads");
        row("network that cannot be", "/network/layers/0/kernel", "99", "conv1");
        row("event before the first step", "/events/0/step", "0", "events[0].step");
    }
    void impossibleValuesAreRefused() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, says);
        Json json = toJson(sample());
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        const QString message = refusal(json);
        QVERIFY2(message.startsWith("Cannot read the run record 'run.json'"), qPrintable(message));
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    /// Whatever bytes are changed, a record is read or refused, with sanitizers watching in their builds.
    void changedBytesAreReadOrRefused() {
        const std::string text = toJson(sample()).dump();
        std::mt19937 random(7);
        int refused = 0;
        for (int i = 0; i < 2000; ++i) {
            std::string changed = text;
            for (unsigned change = 0; change <= random() % 3; ++change)
                changed[random() % changed.size()] = "0123456789-.eE\"[]{},:nx"[random() % 23];
            try {
                fromText(changed);
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > 1000);
    }

    void everyTruncationIsRefused() {
        const std::string text = toJson(sample()).dump();
        for (std::size_t length = 0; length < text.size(); length += 7)
            QVERIFY_EXCEPTION_THROWN(fromText(text.substr(0, length)), Error);
    }
};

QTEST_APPLESS_MAIN(RecordJsonTest)
#include "record_json_test.moc"
