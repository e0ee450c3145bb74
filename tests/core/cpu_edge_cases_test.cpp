// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_data.h"
#include "check/scaled_difference.h"
#include "cpu/cpu_backend.h"
#include "cpu/isa/isa.h"
#include "executor_support.h"
#include "reference/reference_backend.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace kernelscope;

/// The CPU backend where values are equal, no numbers, or too many; on every instruction set of this machine.
class CpuEdgeCasesTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { qunsetenv("KERNELSCOPE_ISA"); }

    void tiesGoToTheFirstMaximum_data() {
        QTest::addColumn<int>("row");
        for (std::size_t row = 0; row < m_ties.size(); ++row)
            QTest::newRow(m_ties[row].name.c_str()) << static_cast<int>(row);
    }

    /// On a blank image all values of a window are equal; the gradient belongs to the upper left one.
    void tiesGoToTheFirstMaximum() {
        QFETCH(int, row);
        const Network& network = m_ties[static_cast<std::size_t>(row)];
        DataInfo info;
        info.name = "blank";
        info.shape = network.input;
        info.classes = 10;
        const DataSetPtr blank = std::make_shared<const MemoryDataSet>(
            info, MemoryDataSet::Part{std::vector<std::uint8_t>(network.input.size()), {3}}, MemoryDataSet::Part{});
        const LayerCase layerCase{"ties", network, 1, 9};
        const auto parameters = caseParameters(layerCase, compile(network));
        const auto gradientsOn = [&](const Backend& backend) {
            const auto executor = backend.load(network, blank, withBatch(1));
            executor->write(Arena::Parameters, parameters);
            train(*executor, firstSamples(1), 1);
            return contents(*executor, Arena::Gradients);
        };
        const auto expected = gradientsOn(ReferenceBackend());
        for (const std::string& isa : cpu::availableIsas()) {
            qputenv("KERNELSCOPE_ISA", isa.c_str());
            QVERIFY2(scaledDifference(expected, gradientsOn(CpuBackend(1))) < 1e-5, isa.c_str());
        }
    }

    /// An update with gradients that overflowed leaves what is no number in the padding of the parameters too, which
    /// vector loops multiply: writing parameters must be enough to go on.
    void nothingOfAnOverflowStaysBehind() {
        const Network network{"case", {3, 5, 5}, {Flatten{}, Dense{5}, Dense{10}}};
        const Plan plan = compile(network);
        const DataSetPtr data = randomImages(network.input, 10, 1, 20);
        // The hidden values are tiny, so the logits are finite; that of the label is far below the others, so the
        // hidden values' gradients are twice the weights behind them, which is more than a float can be.
        std::vector<float> overflowing(plan.parameterCount);
        const auto fill = [&](std::size_t parameter, const auto& valueAt) {
            const Slice& slice = plan.parameters[parameter].slice;
            for (std::size_t i = 0; i < slice.size; ++i)
                overflowing[slice.offset + i] = valueAt(i);
        };
        fill(1, [](std::size_t) { return 1e-37f; });
        const std::size_t label = data->label(Split::Train, 0);
        fill(2, [label](std::size_t i) { return i / 5 == label ? -3e38f : 3e38f; });
        for (const std::string& isa : cpu::availableIsas()) {
            qputenv("KERNELSCOPE_ISA", isa.c_str());
            const auto executor = load(CpuBackend(1), network, data, withBatch(1, OptimizerKind::Adam));
            const auto first = contents(*executor, Arena::Parameters);
            const auto moments = contents(*executor, Arena::Moments);
            const double before = executor->evaluate({Split::Test, 0, 20}).lossSum;
            executor->write(Arena::Parameters, overflowing);
            train(*executor, firstSamples(1), 1);
            const auto spoilt = contents(*executor, Arena::Parameters);
            QVERIFY(std::any_of(spoilt.begin(), spoilt.end(), [](float value) { return std::isnan(value); }));
            executor->write(Arena::Parameters, first);
            executor->write(Arena::Moments, moments);
            QCOMPARE(executor->evaluate({Split::Test, 0, 20}).lossSum, before);
            train(*executor, firstSamples(1), 1, 2);
            train(*executor, firstSamples(1), 1, 3);
            QVERIFY2(!executor->drainMetrics().nonFiniteStep, isa.c_str());
        }
    }

    /// Batch norm keeps the whole batch. The system would promise the memory, and end the program when it is used.
    void batchesThatTheMemoryCannotHoldAreRefused() {
        const Network network{"large", {3, 256, 256},
            {Conv{64, 3, 1, 1}, BatchNorm{}, Activation{ActivationKind::Relu}, Pool{PoolKind::Average, 32, 32},
                Flatten{}, Dense{10}}};
        const DataSetPtr data = randomImages(network.input, 10, 2, 1);
        QVERIFY_THROWS_EXCEPTION(Error, CpuBackend(2).load(network, data, withBatch(65'536)));
        try {
            (void)CpuBackend(2).load(network, data, withBatch(65'536));
        } catch (const Error& error) {
            for (const char* part : {"batch size", "65536", "smaller batch"})
                QVERIFY2(QString(error.what()).contains(part), error.what());
        }
    }

private:
    const std::vector<Network> m_ties{
        {"overlapping windows", {1, 6, 6},
            {Conv{4, 3, 1, 1}, Activation{ActivationKind::Relu}, Conv{5, 3, 1, 1}, Activation{ActivationKind::Tanh},
                Pool{PoolKind::Max, 3, 2}, Flatten{}, Dense{10}}},
        {"in registers", {1, 12, 12},
            {Conv{5, 5, 1, 0}, Activation{ActivationKind::Tanh}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{10}}},
        // What is equal all over Winograd's tiles is equal in his results.
        {"Winograd, ReLU", {1, 16, 16},
            {Conv{16, 3, 1, 0}, Activation{ActivationKind::Relu}, Conv{16, 3, 1, 0}, Activation{ActivationKind::Relu},
                Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{10}}},
        {"Winograd, tanh", {1, 16, 16},
            {Conv{16, 3, 1, 0}, Activation{ActivationKind::Relu}, Conv{32, 3, 1, 0}, Activation{ActivationKind::Tanh},
                Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{10}}},
    };
};

QTEST_APPLESS_MAIN(CpuEdgeCasesTest)
#include "cpu_edge_cases_test.moc"
