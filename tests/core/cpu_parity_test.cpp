// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/parity.h"
#include "cpu/cpu_backend.h"
#include "cpu/isa/isa.h"

#include <QtTest>

using namespace kernelscope;

/// The CPU backend against the reference layers: every row of the table, on every instruction set of this machine, for
/// numbers of threads that divide the batch and that do not, also more threads than images.
class CpuParityTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { qunsetenv("KERNELSCOPE_ISA"); }

    void oneStep_data() {
        QTest::addColumn<int>("row");
        int row = 0;
        for (const LayerCase& layerCase : layerCases())
            QTest::newRow(layerCase.name.c_str()) << row++;
    }

    void oneStep() {
        QFETCH(int, row);
        const ParityCase parityCase(m_cases.at(static_cast<std::size_t>(row)));
        for (const std::string& isa : cpu::availableIsas()) {
            qputenv("KERNELSCOPE_ISA", isa.c_str());
            for (const int threads : {1, 2, 3}) {
                const Parity parity = compareWithReference(CpuBackend(threads), parityCase);
                QVERIFY2(parity.holds(), (isa + ", " + std::to_string(threads) + " threads: " + parity.text()).c_str());
            }
        }
    }

private:
    const std::vector<LayerCase> m_cases = layerCases();
};

QTEST_APPLESS_MAIN(CpuParityTest)
#include "cpu_parity_test.moc"
