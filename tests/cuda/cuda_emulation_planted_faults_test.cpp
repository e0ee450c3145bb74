// SPDX-License-Identifier: GPL-3.0-or-later
// The emulated device is worth what it catches: programs with a mistake of one line each, which it must catch, and the
// same programs without, which it must leave in peace.
#include <QProcess>
#include <QtTest>

namespace {

struct Ended {
    int code = -1;
    QString said;
};

Ended run(const QString& program, const QString& variant) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("ASAN_OPTIONS", "exitcode=99:abort_on_error=0");
    process.setProcessEnvironment(environment);
    process.start(PLANTED_FAULTS, {program, variant});
    if (!process.waitForFinished(60000))
        return {};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2,
        QString::fromUtf8(process.readAllStandardError())};
}

constexpr int foundBySanitizer = 99;
constexpr int foundByTheProgram = 3;

} // namespace

class CudaEmulationPlantedFaultsTest : public QObject {
    Q_OBJECT

private slots:
    void faultsAreCaught_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("says");
        const auto add = [](const char* program, int code, const QStringList& says) {
            QTest::newRow(program) << QString(program) << code << says;
        };
        add("out-of-bounds-read", foundBySanitizer, {"heap-buffer-overflow", "READ of size 4", "conv_forward.cu:"});
        add("missing-barrier", foundByTheProgram, {"softmax_loss.cu: results depend on the order of threads"});
        add("barrier-not-reached-by-all", foundByTheProgram,
            {"sumChannel", "block (0, 0, 0)", "of its 64 threads, 50 wait for the barrier at",
                "batch_norm_sums.cu:", "14 have left the kernel"});
        add("uninitialised-shared", foundByTheProgram, {"dense_forward.cu: not a number"});
        add("argument-changes-after-capture", foundByTheProgram, {"update.cu: the replayed steps"});
        add("missing-event", foundByTheProgram, {"sample_upload.cu: samples of the epoch before"});
        add("host-reads-too-early", foundBySanitizer, {"use-after-poison", "READ of size 4", "metrics_read.cu:"});
    }
    void faultsAreCaught() {
        QFETCH(QString, program);
        QFETCH(int, code);
        QFETCH(QStringList, says);
        const Ended sound = run(program, "sound");
        QVERIFY2(sound.code == 0, qPrintable(sound.said));
        const Ended planted = run(program, "planted");
        QVERIFY2(planted.code == code, qPrintable(QString::number(planted.code) + ": " + planted.said));
        for (const QString& words : says)
            QVERIFY2(planted.said.contains(words), qPrintable(planted.said));
    }
};

QTEST_GUILESS_MAIN(CudaEmulationPlantedFaultsTest)
#include "cuda_emulation_planted_faults_test.moc"
