// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/device_probe.h"
#include "emulated_device.h"

#include <QtTest>

using namespace kernelscope;

/// Each thing that can be wrong with a machine has its own sentence.
class DeviceProbeTest : public QObject {
    Q_OBJECT

private slots:
    void init() { freshDevice(); }
    void cleanup() { QVERIFY(emulation::alive() == emulation::Alive{}); }

    void usableDevicesAreFound() {
        emulation::DeviceConfiguration two;
        two.devices = 2;
        two.major = 8;
        two.minor = 6;
        freshDevice(two);
        const cuda::DeviceProbe probe = cuda::probeDevices();
        QVERIFY(probe.reason.empty());
        QCOMPARE(probe.driver, std::string("CUDA 13.0"));
        QCOMPARE(probe.devices.size(), std::size_t{2});
        for (const cuda::ProbedDevice& device : probe.devices) {
            QVERIFY2(device.reason.empty(), device.reason.c_str());
            QVERIFY(!device.name.empty());
            QCOMPARE(device.computeCapability, 86);
        }
        QVERIFY(emulation::work().kernels == 2);
    }

    void machinesWithoutAGpuSayWhy_data() {
        QTest::addColumn<bool>("hasDriver");
        QTest::addColumn<int>("driverVersion");
        QTest::addColumn<int>("devices");
        QTest::addColumn<QString>("says");
        QTest::newRow("no driver") << false << 0 << 1 << "There is no NVIDIA driver";
        QTest::newRow("driver too old") << true << 12040 << 1
                                        << "driver is too old: it is for CUDA 12.4, and this build needs CUDA 13.0";
        QTest::newRow("no device") << true << 13000 << 0 << "driver found no GPU";
    }
    void machinesWithoutAGpuSayWhy() {
        QFETCH(bool, hasDriver);
        QFETCH(int, driverVersion);
        QFETCH(int, devices);
        QFETCH(QString, says);
        emulation::DeviceConfiguration machine;
        machine.hasDriver = hasDriver;
        machine.driverVersion = driverVersion;
        machine.devices = devices;
        freshDevice(machine);
        const cuda::DeviceProbe probe = cuda::probeDevices();
        QVERIFY(probe.devices.empty());
        QVERIFY2(QString::fromStdString(probe.reason).contains(says), probe.reason.c_str());
        QVERIFY(probe.reason.ends_with('.'));
    }

    void gpusThatCannotBeUsedSayWhy_data() {
        QTest::addColumn<bool>("hasKernelImages");
        QTest::addColumn<quint64>("memory");
        QTest::addColumn<QString>("says");
        QTest::newRow("architecture not in this build")
            << false << (quint64{1} << 30) << "no code for its architecture, compute capability 7.0";
        QTest::newRow("out of memory") << true << quint64{0} << "not enough free memory";
    }
    void gpusThatCannotBeUsedSayWhy() {
        QFETCH(bool, hasKernelImages);
        QFETCH(quint64, memory);
        QFETCH(QString, says);
        emulation::DeviceConfiguration machine;
        machine.major = 7;
        machine.minor = 0;
        machine.hasKernelImages = hasKernelImages;
        machine.memory = memory;
        freshDevice(machine);
        const cuda::DeviceProbe probe = cuda::probeDevices();
        QCOMPARE(probe.devices.size(), std::size_t{1});
        QVERIFY2(QString::fromStdString(probe.devices[0].reason).contains(says), probe.devices[0].reason.c_str());
        QVERIFY(probe.devices[0].reason.ends_with('.'));
    }

    /// Whatever else fails while it looks becomes a sentence, never an exception.
    void everyCallMayFail() {
        cuda::probeDevices();
        const std::size_t calls = emulation::calls().size();
        for (const cudaError_t error : {cudaErrorInsufficientDriver, cudaErrorMemoryAllocation, cudaErrorIllegalAddress,
                 cudaErrorDevicesUnavailable, cudaErrorNoKernelImageForDevice, cudaErrorInvalidValue})
            for (std::size_t index = 0; index < calls; ++index) {
                freshDevice();
                emulation::failCall(index, error);
                const cuda::DeviceProbe probe = cuda::probeDevices();
                QVERIFY(emulation::alive() == emulation::Alive{});
                QVERIFY(probe.devices.empty() == !probe.reason.empty());
                for (const cuda::ProbedDevice& device : probe.devices)
                    QVERIFY(device.reason.empty() || device.reason.ends_with('.'));
            }
    }
};

QTEST_APPLESS_MAIN(DeviceProbeTest)
#include "device_probe_test.moc"
