// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/device_check.h"
#include "emulated_device.h"

#include <QtTest>

#include <algorithm>
#include <utility>
#include <vector>

using namespace kernelscope;

/// "Check this device" on the emulated one: what users run on their GPUs. Its layers in fp32 are cuda_parity_test's;
/// here are all other groups, and some of all in TF32.
class CudaCheckTest : public QObject {
    Q_OBJECT

    struct Row {
        CheckCase check;
        cuda::Precision precision;
    };

    static std::vector<Row> rows() {
        std::vector<Row> rows;
        for (CheckCase& check : deviceChecks())
            if (check.group != "layers")
                rows.push_back({std::move(check), cuda::Precision::Fp32});
        for (const char* filter : {"layers: preset classic", "layers: conv of 512 channels", "layers: dense chain",
                 "training: tiny", "repetition: tiny"})
            for (CheckCase& check : deviceChecks(filter))
                rows.push_back({std::move(check), cuda::Precision::Tf32});
        return rows;
    }

private slots:
    void init() { freshDevice(); }
    void cleanup() { QVERIFY2(emulation::alive() == emulation::Alive{}, "something was not given back"); }

    void agrees_data() {
        QTest::addColumn<int>("row");
        int number = 0;
        for (const Row& row : m_rows)
            QTest::newRow(
                (row.check.group + ": " + row.check.name + (row.precision == cuda::Precision::Tf32 ? " in TF32" : ""))
                    .c_str())
                << number++;
    }
    void agrees() {
        QFETCH(int, row);
        const Row& each = m_rows.at(static_cast<std::size_t>(row));
        const CheckResult result = runCheck(each.check, EmulatedBackend(1, 0, each.precision));
        QVERIFY2(result.failure.empty(), result.failure.c_str());
        const CheckFigure* worst = result.worst();
        QVERIFY(worst);
        QVERIFY2(result.passed(),
            (worst->what + ": " + std::to_string(worst->deviation) + " of " + std::to_string(worst->tolerance))
                .c_str());
    }

private:
    const std::vector<Row> m_rows = rows();
};

QTEST_APPLESS_MAIN(CudaCheckTest)
#include "cuda_check_test.moc"
