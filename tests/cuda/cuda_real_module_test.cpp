// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/cuda_module.h"
#include "devices/module_interface.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

using namespace kernelscope;

/// The module that nvcc built, as it is. On a machine without a GPU, what it says about that.
class CudaRealModuleTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (QString(KERNELSCOPE_MODULE).isEmpty())
            QSKIP("There is no nvcc here, so no module was built.");
        QVERIFY(QFile::exists(KERNELSCOPE_MODULE));
    }

    /// It has core's headers, but nothing of core's code: what it lacks would not be found where it is loaded.
    void itNeedsNothingOfCore() {
        QProcess nm;
        nm.start(KERNELSCOPE_NM, {"-D", "-C", KERNELSCOPE_MODULE});
        QVERIFY(nm.waitForFinished());
        QCOMPARE(nm.exitCode(), 0);
        const QStringList lines = QString::fromUtf8(nm.readAllStandardOutput()).split('\n');
        QStringList undefined;
        QStringList exported;
        for (const QString& line : lines) {
            if (line.contains(" U ") && line.contains("kernelscope"))
                undefined += line;
            if (line.contains(" T "))
                exported += line.section(' ', -1);
        }
        QVERIFY2(undefined.isEmpty(), qPrintable(undefined.join('\n')));
        QCOMPARE(exported, QStringList{moduleEntryName});
    }

    /// Its own stamp is accepted, and its answer about this machine is a sentence.
    void itSaysWhatThereIs() {
        const CudaModule module({QFileInfo(KERNELSCOPE_MODULE).absolutePath().toStdString()});
        const std::vector<DeviceEntry> devices = module.devices();
        QVERIFY(!devices.empty());
        if (!QFile::exists("/proc/driver/nvidia/version") && !QFile::exists("/dev/dxg")) {
            QVERIFY2(module.reason().starts_with("There is no NVIDIA driver"), module.reason().c_str());
            QVERIFY(!devices[0].usable());
        }
        for (const DeviceEntry& device : devices)
            QVERIFY2(device.usable() || device.reason.ends_with('.'), device.reason.c_str());

        QProcess command;
        command.start(KERNELSCOPE_CLI, {"devices", "--json"});
        QVERIFY(command.waitForFinished());
        QString reason = "not listed";
        for (const QByteArray& line : command.readAllStandardOutput().split('\n'))
            if (const QJsonObject device = QJsonDocument::fromJson(line).object(); device["id"] == "cuda:0")
                reason = device["reason"].toString();
        QCOMPARE(reason, QString::fromStdString(devices[0].reason));
    }
};

QTEST_GUILESS_MAIN(CudaRealModuleTest)
#include "cuda_real_module_test.moc"
