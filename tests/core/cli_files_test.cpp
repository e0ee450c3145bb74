// SPDX-License-Identifier: GPL-3.0-or-later
// What the built command does with files that are not what was meant, or not where they were.
#include "core/command.h"
#include "core/data/made_files.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "network/network_json.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>

#include <QtTest>

#include <filesystem>
#include <sys/stat.h>

using namespace kernelscope;
using kernelscope::testing::Outcome;
using kernelscope::testing::runCommand;
namespace fs = std::filesystem;

namespace {

/// The shortest run that there is.
const QStringList shortRun{
    "train", "--model", "tiny", "--train-samples", "64", "--batch", "64", "--epochs", "1", "--device", "cpu:1"};

/// 80 images of 28x28 for training and 20 for testing, in ten classes.
Bytes smallNpz() {
    const auto images = [](std::size_t count) {
        Bytes pixels(count * 28 * 28);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] = static_cast<std::uint8_t>(i * i / 7);
        return npy("|u1", std::to_string(count) + ", 28, 28", pixels);
    };
    const auto labels = [](std::size_t count) {
        Bytes classes(count);
        for (std::size_t i = 0; i < count; ++i)
            classes[i] = static_cast<std::uint8_t>(i % 10);
        return npy("|u1", std::to_string(count) + ",", classes);
    };
    return zip({{"x_train.npy", images(80)}, {"y_train.npy", labels(80)}, {"x_test.npy", images(20)},
        {"y_test.npy", labels(20)}});
}

} // namespace

class CliFilesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const QString& name) const { return m_folder.filePath(name); }
    std::string content(const QString& name) const { return readWholeFile(path(name).toStdString(), 64 << 20); }

private slots:
    /// Files of each kind that the command reads.
    void initTestCase() {
        writeFileAtomically(path("net.json").toStdString(), toJson(preset("tiny")).dump());
        write(path("set.npz").toStdString(), smallNpz());
        QVERIFY(QDir(m_folder.path()).mkpath("mnist"));
        for (const auto& [name, count] : {std::pair{"train", 40}, std::pair{"t10k", 20}}) {
            const auto images = static_cast<std::uint32_t>(count);
            const std::string begin = path("mnist/").toStdString() + name;
            write(begin + "-images-idx3-ubyte", idx({images, 28, 28}, Bytes(std::size_t{images} * 784, 9)));
            Bytes labels(images);
            for (std::size_t i = 0; i < labels.size(); ++i)
                labels[i] = static_cast<std::uint8_t>(i % 10);
            write(begin + "-labels-idx1-ubyte", idx({images}, labels));
        }
        const Outcome trained = runCommand(shortRun + QStringList{"--save", path("weights"), "--record",
                                                          path("run.json"), "--checkpoint", path("checkpoint")});
        QVERIFY2(trained.code == 0, qPrintable(trained.error));
        fs::create_symlink("net.json", path("link.json").toStdString());
        QCOMPARE(mkfifo(path("pipe").toLocal8Bit().constData(), 0600), 0);
    }

    void noOutputReplacesAnInput_data() {
        QTest::addColumn<QStringList>("arguments"); // names of files begin with @
        QTest::addColumn<QString>("kept");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QStringList& arguments, const char* kept, const char* says) {
            QTest::newRow(name) << arguments << kept << says;
        };
        const QStringList withNet{"train", "--model", "@net.json", "--epochs", "1"};
        const QStringList withSet{"train", "--model", "tiny", "--data", "@set.npz", "--epochs", "1"};
        row("weights over the network", withNet + QStringList{"--save", "@net.json"}, "net.json", "--model");
        row("record over the network", withNet + QStringList{"--record", "@net.json"}, "net.json", "--model");
        row("through a link", withNet + QStringList{"--save", "@link.json"}, "net.json", "--model");
        row("of a network behind a link", {"train", "--model", "@link.json", "--save", "@net.json"}, "net.json",
            "--model");
        row("weights over the data", withSet + QStringList{"--save", "@set.npz"}, "set.npz", "--data");
        row("checkpoint over the data", withSet + QStringList{"--checkpoint", "@set.npz"}, "set.npz", "--data");
        const QStringList withMnist{"train", "--model", "tiny", "--epochs", "1", "--data"};
        row("over a file in the data's folder",
            withMnist + QStringList{"@mnist", "--save", "@mnist/train-labels-idx1-ubyte"},
            "mnist/train-labels-idx1-ubyte", "--data");
        row("over another file of the data",
            withMnist + QStringList{"@mnist/t10k-images-idx3-ubyte", "--save", "@mnist/train-labels-idx1-ubyte"},
            "mnist/train-labels-idx1-ubyte", "--data");
        row("weights over the checkpoint", {"train", "--resume", "@checkpoint", "--save", "@checkpoint"}, "checkpoint",
            "--resume");
        row("table over the weights", {"evaluate", "--weights", "@weights", "--csv", "@weights"}, "weights",
            "--weights");
        row("table over the data", {"evaluate", "--weights", "@weights", "--data", "@set.npz", "--csv", "@set.npz"},
            "set.npz", "--data");
        row("table over the network",
            {"evaluate", "--weights", "@weights", "--model", "@net.json", "--csv", "@net.json"}, "net.json", "--model");
    }
    void noOutputReplacesAnInput() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, kept);
        QFETCH(QString, says);
        for (QString& argument : arguments)
            if (argument.startsWith('@'))
                argument = path(argument.mid(1));
        const std::string before = content(kept);
        const Outcome outcome = runCommand(arguments);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.error.contains(says) && outcome.error.contains("Choose another"), qPrintable(outcome.error));
        QVERIFY2(outcome.error.contains(QFileInfo(arguments.last()).fileName()), qPrintable(outcome.error));
        QCOMPARE(outcome.error.count('\n'), 1);
        QVERIFY(content(kept) == before);
    }

    /// A run goes on in its own checkpoint; and what lies beside data is no data.
    void othersMayBeReplaced() {
        fs::copy_file(path("checkpoint").toStdString(), path("again").toStdString());
        const Outcome resumed = runCommand({"train", "--resume", path("again"), "--checkpoint", path("again")});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.error));
        for (int i = 0; i < 2; ++i) {
            const Outcome beside = runCommand({"train", "--model", "tiny", "--epochs", "1", "--batch", "20", "--data",
                path("mnist"), "--save", path("mnist/weights"), "--record", path("mnist/run.json")});
            QVERIFY2(beside.code == 0, qPrintable(beside.error));
        }
    }

    /// The checkpoint knows its data from whatever folder the run is taken up in.
    void aRunGoesOnFromAnotherFolder() {
        const QStringList run{"train", "--model", "tiny", "--data", "set.npz", "--batch", "40", "--epochs", "1",
            "--checkpoint", "elsewhere/checkpoint"};
        QVERIFY(QDir(m_folder.path()).mkpath("elsewhere"));
        const Outcome trained =
            runCommand(run, [&](QProcess& process) { process.setWorkingDirectory(m_folder.path()); });
        QVERIFY2(trained.code == 0, qPrintable(trained.error));
        const auto resume = [&] {
            return runCommand({"train", "--resume", "checkpoint"},
                [&](QProcess& process) { process.setWorkingDirectory(path("elsewhere")); });
        };
        const Outcome resumed = resume();
        QVERIFY2(resumed.code == 0, qPrintable(resumed.error));
        // Where the data went away, the message says how to name it.
        fs::rename(path("set.npz").toStdString(), path("moved.npz").toStdString());
        const Outcome lost = resume();
        fs::rename(path("moved.npz").toStdString(), path("set.npz").toStdString());
        QCOMPARE(lost.code, 2);
        QVERIFY2(lost.error.contains("--data") && lost.error.contains(path("set.npz")), qPrintable(lost.error));
        QVERIFY2(!lost.error.contains("built-in"), qPrintable(lost.error));
    }

    void outputThatIsLostIsAFailure() {
        const auto onFullDisk = [](QProcess& process) { process.setStandardOutputFile("/dev/full"); };
        for (const QStringList& arguments :
            {QStringList{"info"}, QStringList{"info", "--json"}, QStringList{"--version"}, QStringList{"--help"},
                QStringList{"evaluate", "--weights", path("weights"), "--data", path("set.npz"), "--json"}}) {
            const Outcome outcome = runCommand(arguments, onFullDisk);
            QVERIFY2(outcome.code == 1, qPrintable(arguments.join(' ')));
            QVERIFY2(outcome.error.contains("Cannot write the output") && outcome.error.contains("No space left"),
                qPrintable(outcome.error));
            QCOMPARE(outcome.error.count('\n'), 1);
        }
        // A run goes on all the same, and keeps what it is for.
        const Outcome trained = runCommand(shortRun + QStringList{"--save", path("kept")}, onFullDisk);
        QCOMPARE(trained.code, 1);
        QCOMPARE(trained.error.count("Cannot write the output"), 1);
        QVERIFY(loadWeights(path("kept").toStdString()).network == preset("tiny"));
        // Who reads no further has read enough.
        QProcess shell;
        shell.start("bash", {"-c", "{ sleep 0.3; \"$0\" info; } | true; exit ${PIPESTATUS[0]}", KERNELSCOPE_CLI});
        const Outcome quiet = testing::finish(shell);
        QCOMPARE(quiet.code, 0);
        QVERIFY2(quiet.error.isEmpty(), qPrintable(quiet.error));
    }

    /// Some start a program without standard streams. The next file that is opened would take their numbers, and what
    /// is printed would go into it.
    void closedStreamsTakeNoFilesPlace() {
        QProcess shell;
        QStringList arguments{"-c", "exec \"$0\" \"$@\" <&- >&- 2>&-", KERNELSCOPE_CLI};
        arguments << shortRun << "--save" << path("unspoilt") << "--checkpoint" << path("checkpoint of it")
                  << "--record" << path("record of it");
        shell.start("bash", arguments);
        const Outcome outcome = testing::finish(shell);
        QCOMPARE(outcome.code, 0); // nobody wanted to read it
        QVERIFY(loadWeights(path("unspoilt").toStdString()).network == preset("tiny"));
        QVERIFY(loadCheckpoint(path("checkpoint of it").toStdString()));
        QVERIFY(!loadRunRecord(path("record of it").toStdString()).steps.empty());
    }

    void filesOfAnotherKindAreNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* name, const QStringList& arguments, const QStringList& says) {
            QTest::newRow(name) << arguments << says;
        };
        row("checkpoint as weights", {"evaluate", "--weights", "@checkpoint"}, {"a checkpoint", "--resume"});
        row("checkpoint as weights of a network", {"evaluate", "--model", "tiny", "--weights", "@checkpoint"},
            {"a checkpoint", "--resume"});
        row("checkpoint to look at", {"info", "--weights", "@checkpoint"}, {"a checkpoint", "--resume"});
        row("record as weights", {"evaluate", "--weights", "@run.json"}, {"JSON", "a run's record"});
        row("pipe as weights", {"evaluate", "--weights", "@pipe"}, {"a pipe", "a file"});
        row("weights to go on from", {"train", "--resume", "@weights"}, {"found weights", "checkpoint"});
        row("record to go on from", {"train", "--resume", "@run.json"}, {"JSON", "a run's record", "checkpoint"});
        row("pipe to go on from", {"train", "--resume", "@pipe"}, {"a pipe", "a file"});
    }
    void filesOfAnotherKindAreNamed() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        arguments.last() = path(arguments.last().mid(1));
        const Outcome outcome = runCommand(arguments);
        QCOMPARE(outcome.code, 2);
        for (const QString& word : says)
            QVERIFY2(outcome.error.contains(word), qPrintable(outcome.error));
        QVERIFY2(outcome.error.contains(arguments.last()), qPrintable(outcome.error));
    }

    void oneIsNoPlural() {
        const Outcome outcome =
            runCommand(shortRun + QStringList{"--patience", "1", "--target-accuracy", "0.999", "--warmup", "1",
                                      "--schedule", "step", "--step-epochs", "1", "--shift", "1"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        for (const char* wrong : {"1 epochs", "1 steps", "1 pixels", "With until"})
            QVERIFY2(!outcome.out.contains(wrong), qPrintable(outcome.out));
        for (const char* right : {"patience of 1 epoch", "1 step in", "the target test accuracy 99.90 %"})
            QVERIFY2(outcome.out.contains(right), qPrintable(outcome.out));
    }

    void aRunThatEndedHasNothingToGoOnWith() {
        const Outcome outcome = runCommand({"train", "--resume", path("checkpoint")});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        QVERIFY2(
            !outcome.out.contains("Goes on") && outcome.out.contains("ended after step 1:"), qPrintable(outcome.out));
    }

    /// Taken up behind an epoch's last step, before its test: the rate is that of the whole epoch.
    void aResumedEpochHasItsRate() {
        Checkpoint checkpoint = *loadCheckpoint(path("checkpoint").toStdString());
        const StepPoint& step = checkpoint.record.steps.front();
        checkpoint.record.stop = StopReason::Running;
        checkpoint.record.epochs.clear();
        checkpoint.sums = {static_cast<double>(step.loss) * step.count, step.correct, step.count, step.seconds};
        saveCheckpoint(path("before-test").toStdString(), checkpoint);
        const Outcome outcome = runCommand({"train", "--resume", path("before-test"), "--json"});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.error));
        int epochs = 0;
        for (const QJsonObject& event : outcome.events())
            if (event["event"] == "epoch") {
                ++epochs;
                QVERIFY(event["imagesPerSecond"].toDouble() > 0);
            }
        QCOMPARE(epochs, 1);
    }
};

QTEST_GUILESS_MAIN(CliFilesTest)
#include "cli_files_test.moc"
