// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "devices/cuda_module.h"
#include "devices/module_interface.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace kernelscope;

namespace {

CudaModule moduleIn(const std::string& folder) {
    return CudaModule({std::string(STAND_IN_MODULES "/") + folder});
}

QString reasonOf(const CudaModule& module) {
    return QString::fromStdString(module.reason());
}

QString refusal(const CudaModule& module, int index) {
    try {
        module.openBackend(index);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace

class CudaModuleTest : public QObject {
    Q_OBJECT

private slots:
    void reasonsAreToldApart_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("no driver") << "no_driver" << QStringList{"No NVIDIA driver is installed."};
        QTest::newRow("another build") << "other_build" << QStringList{"belongs to another build", "kernelscope 0.0.1"};
        QTest::newRow("no entry point") << "no_entry" << QStringList{"no entry point kernelscopeModule"};
        QTest::newRow("cuBLAS not found") << "needs_library"
                                          << QStringList{"could not be loaded", "libcublas-stand-in.so",
                                                 "cuBLAS, a library of NVIDIA's CUDA, was not found"};
        QTest::newRow("no module") << "nowhere"
                                   << QStringList{"No GPU module is installed with this build",
                                          "libkernelscope_cuda.so was not found in " STAND_IN_MODULES "/nowhere"};
    }
    void reasonsAreToldApart() {
        QFETCH(QString, folder);
        QFETCH(QStringList, says);
        const CudaModule module = moduleIn(folder.toStdString());
        for (const QString& words : says)
            QVERIFY2(reasonOf(module).contains(words), qPrintable(reasonOf(module)));
        QVERIFY(reasonOf(module).endsWith('.'));
        QVERIFY(!reasonOf(module).contains('\n'));

        const std::vector<DeviceEntry> devices = module.devices();
        QCOMPARE(devices.size(), std::size_t{1});
        QCOMPARE(devices[0].info.id, std::string("cuda:0"));
        QCOMPARE(devices[0].reason, module.reason());
        QVERIFY(!devices[0].usable());
        QVERIFY2(refusal(module, 0).contains(reasonOf(module)), qPrintable(refusal(module, 0)));
    }

    void whatIsNoLibraryIsNamed() {
        const QTemporaryDir folder;
        QFile file(folder.filePath(moduleFileName));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is text");
        file.close();
        const CudaModule module({folder.path().toStdString()});
        QVERIFY2(reasonOf(module).contains("could not be loaded"), qPrintable(reasonOf(module)));
        QVERIFY2(reasonOf(module).contains(folder.path()), qPrintable(reasonOf(module)));
    }

    void theFirstFolderThatHoldsItCounts() {
        const std::string modules = STAND_IN_MODULES "/";
        const CudaModule module({modules + "nowhere", modules + "no_driver", modules + "with_devices"});
        QCOMPARE(module.reason(), std::string("No NVIDIA driver is installed."));
    }

    void devicesAreListedAndOpened() {
        const CudaModule module = moduleIn("with_devices");
        QVERIFY(module.reason().empty());
        const std::vector<DeviceEntry> devices = module.devices();
        QCOMPARE(devices.size(), std::size_t{3});
        QVERIFY(devices[0].usable());
        QCOMPARE(devices[0].label, std::string("GPU, Stand-in"));
        QCOMPARE(devices[0].info.precision, std::string("fp32"));
        QCOMPARE(devices[1].info.id, std::string("cuda:0:tf32"));
        QCOMPARE(devices[1].label, std::string("GPU, Stand-in, TF32"));
        QCOMPARE(devices[1].info.precision, std::string("tf32"));
        QCOMPARE(devices[2].info.id, std::string("cuda:1"));
        QCOMPARE(devices[2].reason, std::string("It is too old."));
        QVERIFY(module.openBackend(0)->device() == devices[0].info);
        QVERIFY(module.openBackend(0, true)->device() == devices[1].info);
        QVERIFY(refusal(module, 1).contains("It is too old."));
        QVERIFY(refusal(module, 2).contains("from cuda:0 to cuda:1"));
        QVERIFY(refusal(module, -1).contains("from cuda:0 to cuda:1"));
    }

    /// The module gets the plan and all that belongs to it, and errors thrown there arrive as what they are.
    void plansArriveInTheModule() {
        DataInfo info;
        info.name = "two images";
        info.shape = {1, 2, 2};
        info.classes = 2;
        const auto data = std::make_shared<const MemoryDataSet>(
            info, MemoryDataSet::Part{{1, 2, 3, 4}, {0}}, MemoryDataSet::Part{{1, 2, 3, 4}, {1}});
        TrainingSpec spec;
        spec.batchSize = 7;
        const Network network{"small", {1, 2, 2}, {Flatten{}, Dense{2}}};
        const auto answer = [&](const Network& asked) -> QString {
            try {
                moduleIn("with_devices").openBackend(0, true)->load(asked, data, spec);
            } catch (const Error& error) {
                return QString::fromStdString(error.what());
            }
            return {};
        };
        const QString said = answer(network);
        QVERIFY2(said.contains("'small'. Stand-in 0 in TF32, 10 parameters, two images, batch 7."), qPrintable(said));
        // What does not fit does not get there.
        const QString refused = answer({"other", {1, 3, 3}, {Flatten{}, Dense{2}}});
        QVERIFY2(refused.contains("two images") && !refused.contains("Stand-in"), qPrintable(refused));
    }
};

QTEST_APPLESS_MAIN(CudaModuleTest)
#include "cuda_module_test.moc"
