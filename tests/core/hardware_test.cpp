// SPDX-License-Identifier: GPL-3.0-or-later
// What measures the machine: that the work is done which is counted.
#include "cpu/isa/isa.h"
#include "hardware/kernels/select.h"
#include "hardware/machine_peaks.h"

#include <QtTest>

#include <cmath>

using namespace kernelscope;

namespace {

/// Makes the CPU backend, and so the measurements, use an instruction set.
class UseIsa {
public:
    explicit UseIsa(const std::string& name) { qputenv("KERNELSCOPE_ISA", QByteArray::fromStdString(name)); }
    ~UseIsa() { qunsetenv("KERNELSCOPE_ISA"); }
};

void addIsas() {
    QTest::addColumn<QString>("isa");
    for (const std::string& name : cpu::availableIsas())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void compareSpread(const Spread& spread) {
    QVERIFY(std::isfinite(spread.most));
    QVERIFY(spread.least > 0);
    QVERIFY(spread.least <= spread.median);
    QVERIFY(spread.median <= spread.most);
}

} // namespace

class HardwareTest : public QObject {
    Q_OBJECT

private slots:
    void spreadIsOfTheSortedValues() {
        const Spread odd = spreadOf({5, 1, 3});
        QCOMPARE(odd.median, 3.0);
        QCOMPARE(odd.least, 1.0);
        QCOMPARE(odd.most, 5.0);
        QCOMPARE(spreadOf({4, 1, 3, 2}).median, 2.5);
    }

    void theBackendsInstructionSetIsMeasured_data() { addIsas(); }
    void theBackendsInstructionSetIsMeasured() {
        QFETCH(QString, isa);
        const UseIsa use(isa.toStdString());
        QCOMPARE(hardware::selectKernels().name, cpu::selectKernels().name);
        QCOMPARE(hardware::selectKernels().lanes, cpu::selectKernels().lanes);
    }

    void everyRoundOfMultiplyAddIsComputed_data() { addIsas(); }
    void everyRoundOfMultiplyAddIsComputed() {
        QFETCH(QString, isa);
        const UseIsa use(isa.toStdString());
        const hardware::Kernels& kernels = hardware::selectKernels();
        for (const int rounds : {0, 1, 2, 7}) {
            // Chain c: x = 2 x - 1, from c on, is 2^rounds (c - 1) + 1.
            double expected = 0;
            for (std::size_t c = 0; c < kernels.chains; ++c)
                expected += std::ldexp(static_cast<double>(c) - 1, rounds) + 1;
            expected *= static_cast<double>(kernels.lanes);
            QCOMPARE(static_cast<double>(kernels.multiplyAdd(static_cast<std::size_t>(rounds), 2.0f, -1.0f)), expected);
        }
    }

    void peaksAreMeasured() {
        const std::atomic<bool> isCancelled{false};
        const std::optional<MachinePeaks> peaks = measureMachinePeaks({2, 0.001, 1 << 20}, isCancelled);
        QVERIFY(peaks.has_value());
        QCOMPARE(peaks->instructionSet, cpu::selectKernels().name);
        QCOMPARE(peaks->one.threads, 1);
        QVERIFY(peaks->all.threads >= 1);
        for (const Roofs* roofs : {&peaks->one, &peaks->all}) {
            compareSpread(roofs->flops);
            compareSpread(roofs->bandwidth);
        }
    }

    void measuringPeaksCanBeCancelled() {
        const std::atomic<bool> isCancelled{true};
        QVERIFY(!measureMachinePeaks({}, isCancelled).has_value());
    }
};

QTEST_APPLESS_MAIN(HardwareTest)
#include "hardware_test.moc"
