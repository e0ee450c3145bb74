// SPDX-License-Identifier: GPL-3.0-or-later
// The built command, run as its users run it.
#include "core/command.h"
#include "core/data/made_files.h"
#include "core/data/made_pictures.h"
#include "files/atomic_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <functional>
#include <sys/resource.h>

using namespace kernelscope;
using kernelscope::testing::finish;
using kernelscope::testing::Outcome;
using kernelscope::testing::runCommand;

namespace {

constexpr int patience = testing::commandPatience;

Outcome runCommand(const QStringList& arguments, const std::function<void()>& inChild) {
    return runCommand(arguments, [&](QProcess& process) { process.setChildProcessModifier(inChild); });
}

} // namespace

class CliTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(name); }

private slots:
    void trainingLeavesWhatEvaluateReproduces() {
        const QString record = path("run.json");
        const QString weights = path("weights.safetensors");
        const Outcome trained = runCommand({"train", "--model", "tiny", "--train-samples", "1000", "--epochs", "2",
            "--batch", "48", "--device", "cpu:2", "--seed", "5", "--json", "--record", record, "--save", weights});
        QVERIFY2(trained.code == 0, qPrintable(trained.error));
        QVERIFY2(trained.error.isEmpty(), qPrintable(trained.error));
        const QList<QJsonObject> events = trained.events();
        QCOMPARE(events.first()["event"].toString(), QString("started"));
        QCOMPARE(events.first()["steps"].toInt(), 42);
        QCOMPARE(events.last()["event"].toString(), QString("finished"));
        QCOMPARE(events.last()["stop"].toString(), QString("completed"));
        QList<double> accuracies;
        for (const QJsonObject& event : events)
            if (event["event"] == "epoch")
                accuracies.append(event["testAccuracy"].toDouble());
        QCOMPARE(accuracies.size(), 2);

        const RunRecord read = loadRunRecord(record.toStdString());
        QCOMPARE(read.steps.size(), std::size_t{42});
        QCOMPARE(read.steps.back().count, 1000 - 20 * 48);
        QCOMPARE(read.epochs.size(), std::size_t{2});
        QCOMPARE(read.epochs[1].testAccuracy, accuracies[1]);
        QCOMPARE(read.device.threads, 2);
        QCOMPARE(read.spec.seed, std::uint64_t{5});
        QVERIFY(read.network == preset("tiny"));
        QVERIFY(read.steps.back().loss < read.steps.front().loss);
        QVERIFY(loadWeights(weights.toStdString()).network == preset("tiny"));

        const Outcome evaluated = runCommand({"evaluate", "--weights", weights, "--json"});
        QCOMPARE(evaluated.code, 0);
        const QJsonObject result = evaluated.events().first();
        QCOMPARE(result["testAccuracy"].toDouble(), read.epochs[1].testAccuracy);
        QVERIFY(std::abs(result["testLoss"].toDouble() - read.epochs[1].testLoss) < 1e-6);
        int correct = 0;
        for (const QJsonValue& each : result["classes"].toArray())
            correct += each.toObject()["correct"].toInt();
        QCOMPARE(correct, result["correct"].toInt());
        QCOMPARE(result["classes"].toArray().size(), 10);
        QVERIFY(runCommand({"evaluate", "--weights", weights}).out.contains("accuracy"));
    }

    /// Matrix, scores and the table of images tell the same.
    void evaluationTellsWhatWasTakenForWhat() {
        const QString weights = path("confused.safetensors");
        QCOMPARE(
            runCommand({"train", "--model", "tiny", "--train-samples", "256", "--epochs", "1", "--save", weights}).code,
            0);
        const QString table = path("predictions.csv");
        const Outcome outcome = runCommand({"evaluate", "--weights", weights, "--confusion", "--csv", table, "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject result = outcome.events().first();
        const QJsonArray matrix = result["confusion"].toArray();
        QCOMPARE(matrix.size(), 10);
        int correct = 0;
        std::vector<std::vector<int>> counts(10, std::vector<int>(10));
        for (int truth = 0; truth < 10; ++truth) {
            const QJsonObject ofClass = result["classes"].toArray()[truth].toObject();
            int images = 0;
            int taken = 0;
            for (int other = 0; other < 10; ++other) {
                images += matrix[truth].toArray()[other].toInt();
                taken += matrix[other].toArray()[truth].toInt();
            }
            const int right = matrix[truth].toArray()[truth].toInt();
            correct += right;
            QCOMPARE(images, ofClass["count"].toInt());
            QCOMPARE(right, ofClass["correct"].toInt());
            QCOMPARE(ofClass["recall"].toDouble(), static_cast<double>(right) / images);
            if (taken > 0)
                QCOMPARE(ofClass["precision"].toDouble(), static_cast<double>(right) / taken);
            else
                QVERIFY(ofClass["precision"].isNull());
        }
        QCOMPARE(correct, result["correct"].toInt());

        QFile file(table);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.first(),
            QByteArray("image,true,predicted,probability,second,second_probability,third,third_probability"));
        QCOMPARE(lines.size(), 10'001);
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const QList<QByteArray> fields = lines[i].split(',');
            QCOMPARE(fields.size(), 8);
            QCOMPARE(fields[0].toLongLong(), i); // from 1, as on screen
            QVERIFY(fields[3].toDouble() >= fields[5].toDouble() && fields[5].toDouble() >= fields[7].toDouble());
            ++counts[static_cast<std::size_t>(fields[1].toInt())][static_cast<std::size_t>(fields[2].toInt())];
        }
        for (std::size_t truth = 0; truth < 10; ++truth)
            for (std::size_t taken = 0; taken < 10; ++taken)
                QCOMPARE(
                    counts[truth][taken], matrix[static_cast<int>(truth)].toArray()[static_cast<int>(taken)].toInt());

        const Outcome text = runCommand({"evaluate", "--weights", weights, "--confusion"});
        QVERIFY2(text.out.contains("really \\ taken for"), qPrintable(text.out));
        QVERIFY(text.out.contains("precision"));
        const Outcome nowhere = runCommand({"evaluate", "--weights", weights, "--csv", "/nowhere/p.csv"});
        QVERIFY(nowhere.code != 0 && nowhere.out.isEmpty());
        QVERIFY2(nowhere.error.contains("/nowhere"), qPrintable(nowhere.error));
    }

    /// Fails when the built-in digits change and nobody trained the shipped network again.
    void theShippedNetworkIsWhatItsReadmeSays() {
        const QString networks = QStringLiteral(KERNELSCOPE_SOURCE_DIR "/resources/networks/");
        QFile readme(networks + "README.md");
        QVERIFY(readme.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(readme.readAll());
        const Outcome outcome = runCommand({"evaluate", "--weights", networks + "classic.safetensors", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        const int correct = outcome.events().first()["correct"].toInt();
        QVERIFY(correct > 9500);
        // On a sum in another order, as of other instruction sets, a digit or two may fall on the other side.
        bool told = false;
        for (int near = correct - 3; near <= correct + 3; ++near)
            told = told || text.contains(QString::number(near / 100.0, 'f', 2) + " % of its test digits");
        QVERIFY2(told, qPrintable(QString::number(correct)));
    }

    void logitsAgreeWithTheirOwnLoss() {
        const QString weights = path("logits.safetensors");
        QCOMPARE(
            runCommand({"train", "--model", "tiny", "--train-samples", "64", "--epochs", "1", "--save", weights}).code,
            0);
        const Outcome outcome = runCommand({"evaluate", "--weights", weights, "--logits", "7"});
        QCOMPARE(outcome.code, 0);
        const QList<QJsonObject> images = outcome.events();
        QCOMPARE(images.size(), 7);
        for (const QJsonObject& image : images) {
            const QJsonArray logits = image["logits"].toArray();
            QCOMPARE(logits.size(), 10);
            double sum = 0;
            double greatest = -1e30;
            for (const QJsonValue& logit : logits) {
                sum += std::exp(logit.toDouble());
                greatest = std::max(greatest, logit.toDouble());
            }
            QCOMPARE(logits[image["predicted"].toInt()].toDouble(), greatest);
            const double loss = std::log(sum) - logits[image["label"].toInt()].toDouble();
            QVERIFY(std::abs(loss - image["loss"].toDouble()) < 1e-5);
        }
    }

    void aPipeGetsOneLineForEachEpoch() {
        const Outcome outcome = runCommand({"train", "--model", "tiny", "--train-samples", "200", "--epochs", "3"});
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.error.isEmpty(), qPrintable(outcome.error));
        QCOMPARE(outcome.out.count("\nepoch "), 3);
        QCOMPARE(outcome.out.count('\r'), 0);
        QVERIFY2(outcome.out.contains("Done: test accuracy "), qPrintable(outcome.out));
    }

    /// All of a run's set-up reaches the record.
    void everyHyperparameterArrives() {
        const QString record = path("set-up.json");
        const Outcome outcome = runCommand({"train", "--model", "tiny", "--train-samples", "200", "--epochs", "3",
            "--optimizer", "nesterov", "--momentum", "0.8", "--weight-decay", "0.0005", "--schedule", "step",
            "--step-epochs", "2", "--step-factor", "0.1", "--warmup", "0.5", "--shift", "2", "--flip",
            "--target-accuracy", "0.999", "--patience", "7", "--record", record});
        QCOMPARE(outcome.code, 0);
        TrainingSpec expected;
        expected.optimizer.kind = OptimizerKind::Nesterov;
        expected.optimizer.learningRate = 0.01f;
        expected.optimizer.momentum = 0.8f;
        expected.optimizer.weightDecay = 0.0005f;
        expected.schedule = {ScheduleKind::Steps, 2, 0.1f, 0.5f};
        expected.augmentation = {2, true};
        expected.stopping = {0.999f, 7};
        expected.epochs = 3;
        expected.trainSamples = 200;
        const RunRecord read = loadRunRecord(record.toStdString());
        QVERIFY(read.spec == expected);
        QVERIFY(read.keptEpoch > 0);
        for (const char* said : {"learning rate by step, times 0.1 every 2 epochs", "warm-up over 0.5 epochs",
                 "weight decay 0.0005", "moved by up to 2 pixels", "half of them mirrored", "test accuracy 99.90 %",
                 "patience of 7 epochs", "The weights are those after epoch "})
            QVERIFY2(outcome.out.contains(said), qPrintable(outcome.out));

        // AdamW brings its own decay.
        QCOMPARE(runCommand({"train", "--model", "tiny", "--train-samples", "64", "--epochs", "1", "--optimizer",
                                "adamw", "--record", record})
                     .code,
            0);
        QCOMPARE(loadRunRecord(record.toStdString()).spec.optimizer.weightDecay, 0.01f);
        QCOMPARE(loadRunRecord(record.toStdString()).spec.optimizer.learningRate, 0.001f);
    }

    void aTargetEndsTheRunWell() {
        const Outcome outcome = runCommand({"train", "--model", "tiny", "--train-samples", "200", "--epochs", "50",
            "--target-accuracy", "0.05", "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject last = outcome.events().last();
        QCOMPARE(last["stop"].toString(), QString("target-reached"));
        QVERIFY(last["testAccuracy"].toDouble() >= 0.05);
        QVERIFY(last["epochs"].toInt() < 50);
        QVERIFY(last["message"].toString().contains("reached the target"));
    }

    void classesWithoutImagesAreTold() {
        const Outcome outcome =
            runCommand({"train", "--model", "tiny", "--train-samples", "5", "--epochs", "1", "--json"});
        QCOMPARE(outcome.code, 0);
        QVERIFY2(outcome.error.contains("kernelscope-cli: warning: Class ") &&
                     outcome.error.contains("have no image among the first 5 training images"),
            qPrintable(outcome.error));
        QCOMPARE(outcome.events().first()["event"].toString(), QString("warning"));
    }

    void signalsStopAndSave_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGHUP") << SIGHUP;
    }
    void signalsStopAndSave() {
        QFETCH(int, signal);
        const QString record = path("stopped.json");
        const QString weights = path("stopped.safetensors");
        QFile::remove(record);
        QFile::remove(weights);
        QProcess process;
        process.start(KERNELSCOPE_CLI,
            {"train", "--model", "tiny", "--epochs", "100000", "--json", "--record", record, "--save", weights});
        QString out;
        while (!out.contains("\"progress\"") && process.waitForReadyRead(patience))
            out += QString::fromUtf8(process.readAllStandardOutput());
        QVERIFY2(out.contains("\"progress\""), qPrintable(out));
        QCOMPARE(kill(static_cast<pid_t>(process.processId()), signal), 0);
        const Outcome outcome = finish(process);
        QCOMPARE(outcome.code, 128 + signal);
        QCOMPARE(outcome.events().last()["stop"].toString(), QString("stopped"));
        const RunRecord read = loadRunRecord(record.toStdString());
        QVERIFY(read.stop == StopReason::Stopped);
        QVERIFY(!read.steps.empty());
        const WeightsFile saved = loadWeights(weights.toStdString());
        QVERIFY(saved.metadata.at("step") == std::to_string(read.steps.back().step));
        QVERIFY(saved.parameters != initialParameters(compile(saved.network), 1));
    }

    void aSecondSignalEndsAtOnce() {
        // One step of all images on the reference takes minutes, so that the first signal has nothing to stop yet.
        QProcess process;
        process.start(KERNELSCOPE_CLI, {"train", "--device", "reference", "--batch", "60000", "--json"});
        QVERIFY(process.waitForReadyRead(patience));
        QVERIFY(process.readAllStandardOutput().contains("started"));
        // Two of the same kind might be delivered as one.
        QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QCOMPARE(kill(static_cast<pid_t>(process.processId()), SIGTERM), 0);
        const Outcome outcome = finish(process);
        QCOMPARE(outcome.code, 128 + SIGTERM);
        QVERIFY2(outcome.out.isEmpty(), qPrintable(outcome.out));
    }

    void aLossThatExplodesIsTold() {
        const QString record = path("exploded.json");
        const QString weights = path("exploded.safetensors");
        const Outcome outcome = runCommand({"train", "--model", "tiny", "--train-samples", "640", "--optimizer", "sgd",
            "--learning-rate", "1e30", "--record", record, "--save", weights});
        QCOMPARE(outcome.code, 3);
        QVERIFY2(outcome.out.contains("no longer a finite number"), qPrintable(outcome.out));
        QVERIFY(loadRunRecord(record.toStdString()).stop == StopReason::NonFinite);
        for (const float value : loadWeights(weights.toStdString()).parameters)
            QVERIFY(std::isfinite(value));
    }

    void aFullDiskIsAFailureThatKeepsTheOldFile() {
        const QString record = path("small.json");
        const QString weights = path("large.safetensors");
        writeFileAtomically(weights.toStdString(), "the old weights");
        // The record of two steps is smaller than the limit, the weights of classic are larger.
        const Outcome outcome =
            runCommand({"train", "--train-samples", "64", "--epochs", "1", "--record", record, "--save", weights}, [] {
                const rlimit limit{100000, 100000};
                setrlimit(RLIMIT_FSIZE, &limit);
            });
        QCOMPARE(outcome.code, 1);
        QVERIFY2(
            outcome.error.contains("large.safetensors") && outcome.error.contains("ulimit"), qPrintable(outcome.error));
        QCOMPARE(readWholeFile(weights.toStdString(), 100), std::string("the old weights"));
        QCOMPARE(loadRunRecord(record.toStdString()).steps.size(), std::size_t{2});
    }

    void badInputGivesOneLineAndCodeTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QStringList& arguments, const char* says) {
            QTest::newRow(name) << arguments << says;
        };
        const QString folder = m_folder.path();
        row("no such data", {"train", "--data", "/nowhere/mnist"}, "/nowhere/mnist");
        row("a folder without data", {"train", "--data", folder}, "the four files of MNIST");
        row("no such preset", {"train", "--model", "classik"}, "classic, lenet-5, tiny");
        row("no such model file", {"train", "--model", "/nowhere/net.json"}, "/nowhere/net.json");
        row("no such device", {"train", "--device", "gpu"}, "cpu, cpu:N");
        row("no threads", {"train", "--device", "cpu:0"}, "cpu:0");
        row("too many threads", {"train", "--device", "cpu:99999"}, "99999");
        row("no GPU", {"train", "--device", "cuda:0"}, "cuda:0");
        row("record in no folder", {"train", "--record", "/nowhere/run.json"}, "Create the folder first");
        row("weights over a folder", {"train", "--save", folder}, "a folder of that name");
        row("both into one file", {"train", "--record", folder + "/a", "--save", folder + "/./a"},
            "two different files");
        row("more threads than make sense", {"train", "--device", "cpu:999"}, "999 threads");
        row("more samples than there are", {"train", "--train-samples", "60001"}, "at most 60000");
        row("no weights", {"evaluate", "--weights", "/nowhere/w.safetensors"}, "/nowhere/w.safetensors");
        row("two networks", {"info", "--model", "tiny", "--weights", "x"}, "either --model or --weights");
        row("bench of no device", {"bench", "train", "--device", "abacus"}, "abacus");
        row("bench of other data", {"bench", "train", "--data", "digits-color"}, "1x28x28");
        row("bench of no model", {"bench", "train", "--model", "/nowhere/net.json"}, "/nowhere/net.json");
        row("profile without a device", {"info", "--profile", "abacus"}, "abacus");
    }
    void badInputGivesOneLineAndCodeTwo() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const Outcome outcome = runCommand(arguments);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(says), qPrintable(outcome.error));
        QCOMPARE(outcome.error.count('\n'), 1);
        QVERIFY(outcome.error.startsWith("kernelscope-cli: "));
        if (arguments.first() != "info") {
            QVERIFY2(outcome.out.isEmpty(), qPrintable(outcome.out));
            const Outcome asJson = runCommand(arguments + QStringList{"--json"});
            QCOMPARE(asJson.code, 2);
            QCOMPARE(asJson.events().size(), 1);
            QCOMPARE(asJson.events().first()["event"].toString(), QString("error"));
            QVERIFY(asJson.events().first()["message"].toString().contains(says));
        }
    }

    void optionsOutOfRangeAreNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const QStringList& arguments, const QStringList& says) {
            QTest::newRow(qPrintable(arguments.join(' '))) << arguments << says;
        };
        row({"train", "--batch", "0"}, {"--batch", "found '0'", "1 to 65536"});
        row({"train", "--epochs", "0"}, {"--epochs", "1 to 100000"});
        row({"train", "--learning-rate", "0"}, {"--learning-rate", "above 0"});
        row({"train", "--learning-rate", "nan"}, {"--learning-rate", "above 0"});
        row({"train", "--momentum", "1"}, {"--momentum", "below 1"});
        row({"train", "--train-samples", "-1"}, {"--train-samples", "found '-1'", "a whole number from 0"});
        row({"train", "--weight-decay", "-1"}, {"--weight-decay", "found '-1'", "0 to 1"});
        row({"train", "--weight-decay", "nan"}, {"--weight-decay", "0 to 1"});
        row({"train", "--step-epochs", "0"}, {"--step-epochs", "1 to 100000"});
        row({"train", "--step-factor", "0"}, {"--step-factor", "above 0, at most 1"});
        row({"train", "--warmup", "-1"}, {"--warmup", "0 to 100000"});
        row({"train", "--shift", "5"}, {"--shift", "found '5'", "0 to 4"});
        row({"train", "--target-accuracy", "97"}, {"--target-accuracy", "found '97'", "0 to 1"});
        row({"train", "--patience", "1.5"}, {"--patience", "a whole number"});
        row({"train", "--seed", "-1"}, {"--seed", "found '-1'", "a whole number from 0"});
        row({"train", "--checkpoint-seconds", "nan"}, {"--checkpoint-seconds", "found 'nan'", "0 to 3600"});
        row({"train", "--checkpoint-seconds", "3601"}, {"--checkpoint-seconds", "found '3601'", "0 to 3600"});
        row({"train", "--save", ""}, {"--save", "the name of a file"});
        row({"train", "--record", ""}, {"--record", "the name of a file"});
        row({"info", "--batch", "0"}, {"--batch", "1 to 65536"});
        row({"bench", "train", "--batch", "0"}, {"--batch", "1 to 65536"});
        row({"bench", "train", "--seconds", "0"}, {"--seconds", "above 0"});
        row({"bench", "train", "--repeats", "0"}, {"--repeats", "a whole number from 1"});
        row({"frob"}, {"'frob'", "devices, check, train, evaluate, info, bench"});
    }
    void optionsOutOfRangeAreNamed() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        const Outcome outcome = runCommand(arguments);
        QCOMPARE(outcome.code, 2);
        QVERIFY(outcome.out.isEmpty());
        const Outcome asJson = runCommand(arguments + QStringList{"--json"});
        QCOMPARE(asJson.code, 2);
        QCOMPARE(asJson.events().size(), 1);
        QCOMPARE(asJson.events().first()["event"].toString(), QString("error"));
        for (const QString& word : says) {
            QVERIFY2(outcome.error.contains(word), qPrintable(outcome.error));
            QVERIFY2(asJson.events().first()["message"].toString().contains(word), qPrintable(asJson.out));
        }
    }

    void badUsageIsCodeTwoAndHelpIsNone() {
        for (const QStringList& arguments : {QStringList{}, QStringList{"dance"}, QStringList{"train", "--speed", "9"},
                 QStringList{"evaluate"}, QStringList{"train", "--batch", "many"},
                 QStringList{"train", "--optimizer", "magic"}, QStringList{"train", "--schedule", "linear"}}) {
            const Outcome outcome = runCommand(arguments);
            QCOMPARE(outcome.code, 2);
            QVERIFY(outcome.error.contains("--help"));
        }
        const Outcome help = runCommand({"train", "--help"});
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("Exit codes: 0 done"));
        QVERIFY(runCommand({"--version"}).out.startsWith("kernelscope-cli "));
    }

    void devicesAreChecked() {
        const Outcome outcome = runCommand({"check", "--device", "cpu:2", "--filter", "dense", "--json"});
        QVERIFY2(outcome.code == 0 && outcome.error.isEmpty(), qPrintable(outcome.error));
        const QList<QJsonObject> events = outcome.events();
        QVERIFY(events.size() > 5);
        for (const QJsonObject& event : events.mid(0, events.size() - 1)) {
            QCOMPARE(event["event"].toString(), QString("case"));
            QVERIFY(event["passed"].toBool());
            for (const QJsonValue& figure : event["figures"].toArray())
                QVERIFY(figure.toObject()["deviation"].toDouble() <= figure.toObject()["tolerance"].toDouble());
        }
        const QJsonObject last = events.last();
        QCOMPARE(last["event"].toString(), QString("checked"));
        QCOMPARE(last["device"].toString(), QString("cpu:2"));
        QCOMPARE(last["cases"].toInt(), static_cast<int>(events.size()) - 1);
        QVERIFY(last["agrees"].toBool());

        const Outcome table = runCommand({"check", "--device", "reference", "--filter", "dropout masks"});
        QCOMPARE(table.code, 0);
        QVERIFY2(table.out.contains("agrees") && table.out.contains("cases agree with the reference"),
            qPrintable(table.out));

        const Outcome nothing = runCommand({"check", "--filter", "no such case"});
        QCOMPARE(nothing.code, 2);
        QVERIFY2(nothing.error.contains("'no such case'"), qPrintable(nothing.error));
        QCOMPARE(runCommand({"check", "--device", "toaster"}).code, 2);
    }

    void devicesAreListed() {
        const Outcome outcome = runCommand({"devices", "--json"});
        QCOMPARE(outcome.code, 0);
        QHash<QString, QJsonObject> devices;
        for (const QJsonObject& device : outcome.events())
            devices.insert(device["id"].toString(), device);
        QVERIFY(devices["cpu"]["usable"].toBool());
        QVERIFY(devices["cpu"]["label"].toString().startsWith("CPU, all cores ("));
        QCOMPARE(devices["cpu:1"]["threads"].toInt(), 1);
        QCOMPARE(devices["reference"]["instructionSet"].toString(), QString("scalar"));
        QVERIFY(devices.contains("cuda:0"));
        QCOMPARE(devices["cuda:0"]["usable"].toBool(), devices["cuda:0"]["reason"].toString().isEmpty());
        const QString table = runCommand({"devices"}).out;
        QVERIFY2(table.contains("reference") && table.contains("cuda:0"), qPrintable(table));
    }

    void infoDescribesData() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        for (const char* name : {"cat", "dog"}) {
            std::filesystem::create_directory(path / name);
            for (int i = 0; i < 3; ++i)
                write(path / name / (std::to_string(i) + ".png"), greyPng(2, 2, Bytes(4, name[0] == 'c' ? 0 : 255)));
        }
        write(path / "cat" / "note.txt", {'x'});
        const Outcome outcome = runCommand({"info", "--data", folder.path(), "--json"});
        QCOMPARE(outcome.code, 0);
        const QJsonObject data = outcome.events().at(0);
        QCOMPARE(data["shape"].toString(), QString("1x2x2"));
        QCOMPARE(data["classNames"].toArray(), (QJsonArray{"cat", "dog"}));
        QCOMPARE(data["train"]["classCounts"].toArray(), (QJsonArray{2, 2}));
        QCOMPARE(data["test"]["classCounts"].toArray(), (QJsonArray{1, 1}));
        QCOMPARE(data["train"]["channels"][0]["mean"].toDouble(), 0.5);
        QCOMPARE(data["train"]["channels"][0]["deviation"].toDouble(), 0.5);
        QCOMPARE(data["skipped"][0]["file"].toString(), QString("cat/note.txt"));
        const QString text = runCommand({"info", "--data", folder.path()}).out;
        for (const char* part : {"4 training and 2 test images of 1x2x2", "dog", "0.5000",
                 "cat/note.txt: no PNG or JPEG picture, but a text file", "one in 5 set aside"})
            QVERIFY2(text.contains(part), qPrintable(text));
    }

    void infoCountsAndMeasures() {
        const Outcome outcome = runCommand({"info", "--model", "classic", "--data", "digits", "--json"});
        QCOMPARE(outcome.code, 0);
        const QList<QJsonObject> events = outcome.events();
        QCOMPARE(events.size(), 2);
        QCOMPARE(events[0]["trainImages"].toInt(), 60000);
        QCOMPARE(events[1]["parameters"].toInt(), 121930);
        QCOMPARE(events[1]["layers"].toArray().size(), 10);
        QCOMPARE(events[1]["forwardFlops"].toInt(), 2 * 2528000);
        QVERIFY(runCommand({"info"}).out.contains("121,930"));

        const Outcome measured =
            runCommand({"info", "--model", "tiny", "--profile", "cpu:1", "--batch", "8", "--json"});
        QCOMPARE(measured.code, 0);
        const QJsonObject profile = measured.events().last();
        QCOMPARE(profile["batchSize"].toInt(), 8);
        QVERIFY(profile["stepSeconds"].toDouble() > 0);
        const QJsonArray steps = profile["steps"].toArray();
        QCOMPARE(steps.first()["layers"].toString(), QString("conv1 + relu1 + pool1"));
        QVERIFY(steps.first()["forwardSeconds"].toDouble() > 0);
        QVERIFY(steps.first()["backwardSeconds"].toDouble() > 0);
    }

    /// The figures of one line must agree with each other.
    void benchTrainSaysHowFastAndHow() {
        const Outcome outcome = runCommand({"bench", "train", "--model", "tiny", "--device", "cpu:1", "--batch", "16",
            "--seconds", "0.2", "--repeats", "3", "--warm-up", "0.05", "--seed", "7", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QCOMPARE(outcome.events().size(), 1);
        const QJsonObject line = outcome.events().first();
        QCOMPARE(line["model"].toString(), QString("tiny"));
        QCOMPARE(line["device"].toString(), QString("cpu:1"));
        QCOMPARE(line["data"].toString(), QString("Built-in digits"));
        QCOMPARE(line["batch"].toInt(), 16);
        QCOMPARE(line["seed"].toInt(), 7);
        QCOMPARE(line["threads"].toInt(), 1);
        QCOMPARE(line["precision"].toString(), QString("fp32"));
        QVERIFY(!line["instructionSet"].toString().isEmpty());
        QCOMPARE(line["repeats"].toArray().size(), 3);
        const double rate = line["imagesPerSecond"].toDouble();
        QVERIFY(line["leastImagesPerSecond"].toDouble() > 0);
        QVERIFY(line["leastImagesPerSecond"].toDouble() <= rate && rate <= line["mostImagesPerSecond"].toDouble());
        QVERIFY(line["steps"].toInt() >= 3);
        // One thread cannot compute for longer than the clock runs: more would be other work beside what is measured.
        QVERIFY(line["processorShare"].toDouble() > 0);
        QVERIFY(line["processorShare"].toDouble() < 1.1);
        const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); };
        const double dense = static_cast<double>(compile(preset("tiny")).flops.training());
        QCOMPARE(line["denseFlopsPerImage"].toDouble(), dense);
        QVERIFY(near(line["denseEquivalentGflopPerSecond"].toDouble(), dense * rate * 1e-9));
        // Exact sparsity only ever saves work.
        QVERIFY(line["executedFlopsPerImage"].toDouble() > 0);
        QVERIFY(
            near(line["executedGflopPerSecond"].toDouble(), line["executedFlopsPerImage"].toDouble() * rate * 1e-9));
        const QJsonArray steps = line["timeByStep"].toArray();
        QCOMPARE(steps.first().toObject()["layers"].toString(), QString("conv1 + relu1 + pool1"));
        QVERIFY(steps.first().toObject()["forwardSeconds"].toDouble() > 0);
    }

    /// A network that no data at hand fits: pixels without meaning, and said so. The reference does not count.
    void benchTrainMakesUpPixelsAndSaysSo() {
        const QString model = path("odd.json");
        writeFileAtomically(model.toStdString(), R"({"format": "kernelscope-network", "version": 1, "name": "odd",
            "input": {"channels": 2, "height": 9, "width": 7}, "layers": [
            {"type": "conv", "filters": 3, "kernel": 3}, {"type": "flatten"}, {"type": "dense", "units": 4}]})");
        const QStringList arguments{"bench", "train", "--model", model, "--device", "reference", "--batch", "2500",
            "--seconds", "0.01", "--repeats", "1", "--warm-up", "0"};
        const QJsonObject line = runCommand(arguments + QStringList{"--json"}).events().first();
        QCOMPARE(line["data"].toString(), QString("Made-up pixels"));
        QCOMPARE(line["images"].toInt(), 2500);
        const QString text = runCommand(arguments).out;
        QVERIFY2(
            text.contains("Made-up pixels") && text.contains("images/s") && text.contains("conv1"), qPrintable(text));
    }

    void benchMachineSaysWhatIsPossible() {
        const Outcome outcome = runCommand({"bench", "machine", "--repeats", "1", "--seconds", "0.001", "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        const QJsonArray peaks = outcome.events().first()["peaks"].toArray();
        QCOMPARE(peaks.size(), 2);
        QCOMPARE(peaks.first().toObject()["threads"].toInt(), 1);
        for (const auto& entry : peaks) {
            QVERIFY(entry.toObject()["gflopPerSecond"].toObject()["median"].toDouble() > 0);
            QVERIFY(entry.toObject()["gigabytesPerSecond"].toObject()["median"].toDouble() > 0);
        }
    }

    void benchLadderShowsEveryRung() {
        const QStringList arguments{"bench", "ladder", "--size", "45", "--repeats", "1"};
        const Outcome outcome = runCommand(arguments + QStringList{"--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        const QJsonObject line = outcome.events().first();
        QCOMPARE(line["size"].toInt(), 45);
        const QString text = runCommand(arguments).out;
        for (const auto& entry : line["rungs"].toArray()) {
            const QJsonObject rung = entry.toObject();
            QVERIFY2(text.contains(rung["name"].toString()), qPrintable(text));
            QVERIFY(rung.contains("reason") || rung["gflopPerSecond"].toDouble() > 0);
            QCOMPARE(rung["differingValues"].toInt(), 0);
        }
        QCOMPARE(line["rungs"].toArray().size(), 5);
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "cli_test.moc"
