// SPDX-License-Identifier: GPL-3.0-or-later
// The built command killed in the middle of its runs, and told to go on.
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <functional>

using namespace kernelscope;

namespace {

constexpr int patience = 120'000; // milliseconds; only ever waited for where something is broken

const QStringList shortRun{"train", "--model", "tiny", "--train-samples", "640", "--epochs", "12", "--device", "cpu:1",
    "--seed", "9", "--optimizer", "adam", "--json", "--checkpoint-seconds", "0"};

/// Runs the command and calls a function for each line that it prints, until it ends.
int runCommand(const QStringList& arguments, const std::function<void(QProcess&, const QJsonObject&)>& onLine,
    QString* error = nullptr) {
    QProcess process;
    process.start(KERNELSCOPE_CLI, arguments);
    while (process.state() != QProcess::NotRunning || process.canReadLine()) {
        while (process.canReadLine())
            onLine(process, QJsonDocument::fromJson(process.readLine()).object());
        if (process.state() != QProcess::NotRunning && !process.waitForReadyRead(patience) &&
            process.state() != QProcess::NotRunning)
            process.kill();
    }
    process.waitForFinished(patience);
    if (error)
        *error = QString::fromUtf8(process.readAllStandardError());
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

} // namespace

class ResumeTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(name); }

private slots:
    void killedAgainAndAgainItEndsWithTheSameBits() {
        const auto ignore = [](QProcess&, const QJsonObject&) {};
        QCOMPARE(
            runCommand(shortRun + QStringList{"--save", path("whole"), "--record", path("whole.json")}, ignore), 0);
        const QString checkpoint = path("checkpoint");
        int kills = 0;
        std::int64_t kept = 0;
        int code = -1;
        for (int run = 0; run < 40 && code != 0; ++run) {
            QStringList arguments{"train", "--resume", checkpoint, "--json", "--checkpoint-seconds", "0"};
            if (!QFile::exists(checkpoint))
                arguments = shortRun + QStringList{"--checkpoint", checkpoint};
            code = runCommand(arguments + QStringList{"--save", path("killed"), "--record", path("killed.json")},
                [&](QProcess& process, const QJsonObject& event) {
                    if (event["event"] == "started")
                        QCOMPARE(event["step"].toInt(), static_cast<int>(kept));
                    if (event["event"] != "epoch" || kills == 3 || !QFile::exists(checkpoint))
                        return;
                    // Whatever is there at any moment can be read.
                    const std::int64_t step = loadCheckpoint(checkpoint.toStdString())->step();
                    if (step <= kept)
                        return;
                    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
                    process.waitForFinished(patience);
                    kept = loadCheckpoint(checkpoint.toStdString())->step();
                    ++kills;
                });
        }
        QCOMPARE(code, 0);
        QVERIFY(kills >= 2);
        qInfo("killed %d times", kills);
        QVERIFY(loadWeights(path("killed").toStdString()).parameters ==
                loadWeights(path("whole").toStdString()).parameters);
        const RunRecord whole = loadRunRecord(path("whole.json").toStdString());
        const RunRecord killed = loadRunRecord(path("killed.json").toStdString());
        QCOMPARE(killed.steps.size(), whole.steps.size());
        for (std::size_t i = 0; i < whole.steps.size(); ++i)
            QCOMPARE(killed.steps[i].loss, whole.steps[i].loss);
        QCOMPARE(killed.epochs.size(), whole.epochs.size());
        for (std::size_t i = 0; i < whole.epochs.size(); ++i)
            QCOMPARE(killed.epochs[i].testAccuracy, whole.epochs[i].testAccuracy);
    }

    void aSignalLeavesACheckpointOfTheVeryStep() {
        bool told = false;
        const int code = runCommand(shortRun + QStringList{"--checkpoint", path("stopped"), "--record", path("s.json")},
            [&](QProcess& process, const QJsonObject& event) {
                if (event["event"] == "epoch" && !told) {
                    told = true;
                    ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
                }
            });
        QCOMPARE(code, 128 + SIGTERM);
        QCOMPARE(static_cast<std::size_t>(loadCheckpoint(path("stopped").toStdString())->step()),
            loadRunRecord(path("s.json").toStdString()).steps.size());
    }

    void theRecordIsThereWhileTheRunGoesOn() {
        bool seen = false;
        const int code =
            runCommand(shortRun + QStringList{"--record", path("live.json")}, [&](QProcess&, const QJsonObject& event) {
                if (event["event"] != "epoch" || seen || !QFile::exists(path("live.json")))
                    return;
                const RunRecord record = loadRunRecord(path("live.json").toStdString());
                seen = record.stop == StopReason::Running && !record.steps.empty();
            });
        QCOMPARE(code, 0);
        QVERIFY(seen);
        QCOMPARE(loadRunRecord(path("live.json").toStdString()).stop, StopReason::Completed);
    }

    void whatCannotGoOnSaysWhy() {
        QString error;
        const auto ignore = [](QProcess&, const QJsonObject&) {};
        QCOMPARE(runCommand({"train", "--resume", path("nowhere")}, ignore, &error), 2);
        QVERIFY2(error.contains("nowhere"), qPrintable(error));
        QCOMPARE(runCommand({"train", "--resume", path("x"), "--seed", "4"}, ignore, &error), 2);
        QVERIFY2(error.contains("--seed"), qPrintable(error));
        QCOMPARE(
            runCommand(shortRun + QStringList{"--checkpoint", path("same"), "--save", path("same")}, ignore, &error),
            2);
        QVERIFY2(error.contains("the weights and the checkpoint"), qPrintable(error));
    }
};

QTEST_GUILESS_MAIN(ResumeTest)
#include "resume_test.moc"
