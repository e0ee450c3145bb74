// SPDX-License-Identifier: GPL-3.0-or-later
// What measures the machine: that the work is done which is counted.
#include "base/error.h"
#include "cpu/isa/isa.h"
#include "hardware/kernels/select.h"
#include "hardware/machine_peaks.h"
#include "hardware/matrix_ladder.h"
#include "hardware/matrix_product.h"
#include "hardware/open_blas.h"

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

/// Small whole numbers, so that sums are exact in any order.
std::vector<float> numbers(std::size_t count, std::size_t seed) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<float>((i * 7919 + seed * 104729 + i * i) % 19) - 9;
    return values;
}

/// A product and what it must be.
struct Example {
    Example(std::size_t rows, std::size_t columns, std::size_t depth)
        : left(numbers(rows * depth, 1)),
          right(numbers(depth * columns, 2)),
          expected(rows * columns) {
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j) {
                long sum = 0;
                for (std::size_t p = 0; p < depth; ++p)
                    sum += static_cast<long>(left[i * depth + p]) * static_cast<long>(right[p * columns + j]);
                expected[i * columns + j] = static_cast<float>(sum);
            }
        // What was there before must not count, and nothing may be written behind the end.
        result.assign(rows * columns + 1, 1e30f);
        product = {left.data(), right.data(), result.data(), rows, columns, depth};
    }
    bool holds() {
        const bool endIsWhole = result.back() == 1e30f;
        result.pop_back();
        return endIsWhole && result == expected;
    }

    std::vector<float> left;
    std::vector<float> right;
    std::vector<float> expected;
    std::vector<float> result;
    MatrixProduct product;
};

struct Size {
    std::size_t rows, columns, depth;
};
/// Below, at and beyond the sizes of tiles (6 or 14 rows, 8 to 32 columns) and blocks (96 to 392 rows, 128 columns,
/// depth 32, 192, 384 and 768).
const std::vector<Size> sizes{{1, 1, 1}, {1, 40, 3}, {40, 1, 5}, {2, 3, 1}, {6, 8, 9}, {7, 9, 33}, {5, 7, 800},
    {14, 32, 192}, {15, 33, 385}, {13, 31, 767}, {193, 129, 31}, {192, 128, 32}, {101, 67, 769}, {401, 47, 64}};

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

    void scalarProductsAreRight() {
        for (const Size& size : sizes)
            for (const auto multiply : {multiplyScalar, multiplyBlocked}) {
                Example example(size.rows, size.columns, size.depth);
                multiply(example.product);
                QVERIFY2(example.holds(),
                    qPrintable(QString("%1 x %2 x %3").arg(size.rows).arg(size.columns).arg(size.depth)));
            }
    }

    void packedProductsAreRight_data() {
        QTest::addColumn<QString>("isa");
        QTest::addColumn<int>("threads");
        for (const std::string& name : cpu::availableIsas())
            for (int threads : {1, 2, 5})
                QTest::addRow("%s, %d", name.c_str(), threads) << QString::fromStdString(name) << threads;
    }
    void packedProductsAreRight() {
        QFETCH(QString, isa);
        QFETCH(int, threads);
        const UseIsa use(isa.toStdString());
        ThreadPool pool(threads);
        PackedProduct packed(hardware::selectKernels(), pool); // one for all sizes, growing and shrinking
        for (const Size& size : sizes) {
            Example example(size.rows, size.columns, size.depth);
            packed.multiply(example.product);
            QVERIFY2(
                example.holds(), qPrintable(QString("%1 x %2 x %3").arg(size.rows).arg(size.columns).arg(size.depth)));
        }
    }

    void openBlasIsUsedOrSaysWhyNot() {
        const OpenBlas library;
        if (!library.reason().empty())
            QSKIP(library.reason().c_str());
        QVERIFY(library.description().starts_with("OpenBLAS"));
        for (const Size& size : sizes) {
            Example example(size.rows, size.columns, size.depth);
            library.multiply(example.product, 2);
            QVERIFY(example.holds());
        }
    }

    void everyRungAgreesWithTheScalarOne_data() { addIsas(); }
    void everyRungAgreesWithTheScalarOne() {
        QFETCH(QString, isa);
        const UseIsa use(isa.toStdString());
        const std::atomic<bool> isCancelled{false};
        const std::optional<MatrixLadder> ladder = measureMatrixLadder({67, 2, 1e-5, 3}, isCancelled);
        QVERIFY(ladder.has_value());
        QCOMPARE(ladder->size, std::size_t{67});
        QCOMPARE(ladder->rungs.size(), std::size_t{5});
        double before = 0;
        for (const LadderRung& rung : ladder->rungs) {
            QVERIFY(!rung.name.empty() && !rung.what.empty());
            if (!rung.reason.empty()) {
                QCOMPARE(rung.name, std::string("OpenBLAS"));
                continue;
            }
            QCOMPARE(rung.differing, std::size_t{0});
            compareSpread(rung.flops);
            QVERIFY(rung.ofPeak > 0);
            QCOMPARE(rung.overBefore, before > 0 ? rung.flops.median / before : 0.0);
            before = rung.flops.median;
        }
    }

    void laddersThatCannotBeClimbed() {
        const std::atomic<bool> isCancelled{true};
        QVERIFY(!measureMatrixLadder({5}, isCancelled).has_value());
        const std::atomic<bool> goesOn{false};
        for (std::size_t size : {std::size_t{0}, kLargestLadder + 1})
            QVERIFY_THROWS_EXCEPTION(Error, (void)measureMatrixLadder({size}, goesOn));
    }
};

QTEST_APPLESS_MAIN(HardwareTest)
#include "hardware_test.moc"
