// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/parity.h"
#include "emulated_device.h"

#include <QtTest>

using namespace kernelscope;

/// The kernels of the GPU, run by the emulated device, against the reference layers: every row of the table.
class CudaParityTest : public QObject {
    Q_OBJECT

private slots:
    void init() { freshDevice(); }
    void cleanup() { QVERIFY2(emulation::alive() == emulation::Alive{}, "something was not given back"); }

    void oneStep_data() {
        QTest::addColumn<int>("row");
        int row = 0;
        for (const LayerCase& layerCase : m_cases)
            QTest::newRow(layerCase.name.c_str()) << row++;
    }
    void oneStep() {
        QFETCH(int, row);
        const LayerCase& layerCase = m_cases.at(static_cast<std::size_t>(row));
        const Parity parity = compareWithReference(EmulatedBackend(), layerCase);
        QVERIFY2(parity.holds(), parity.text().c_str());
    }

private:
    const std::vector<LayerCase> m_cases = layerCases();
};

QTEST_APPLESS_MAIN(CudaParityTest)
#include "cuda_parity_test.moc"
