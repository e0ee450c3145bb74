// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/checkpoint_rows.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace kernelscope;

namespace {

template <std::size_t columns>
std::span<const float, columns> rowOf(const std::vector<float>& rows, std::size_t index) {
    return std::span<const float, columns>(rows.data() + index * columns, columns);
}

bool sameBits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

EpochResult someEpoch() {
    return {1, 16, 0.7, 0.5, 0.6, 0.75, 1.5, 0.25, 1.5};
}

} // namespace

class CheckpointRowsTest : public QObject {
    Q_OBJECT

private slots:
    void epochsComeBackBitForBit() {
        std::mt19937_64 random(11);
        std::uniform_real_distribution<double> share(0, 1);
        std::vector<EpochResult> epochs;
        for (int i = 1; i <= 500; ++i) {
            const double scale = std::pow(10, 40 * share(random) - 20);
            epochs.push_back({i, i * 938LL + (i > 400 ? 1LL << 40 : 0), share(random) * scale, share(random),
                share(random) * scale, share(random), share(random) * 1e4, share(random), share(random) * 1e7});
        }
        epochs[3].testLoss = std::numeric_limits<double>::infinity();
        epochs[4].testLoss = std::nan("");
        epochs[5].testLoss = 0;
        const std::vector<float> rows = rowsOf(epochs);
        QCOMPARE(rows.size(), epochs.size() * epochColumns);
        EpochResult before;
        for (std::size_t i = 0; i < epochs.size(); ++i) {
            const auto read = epochOfRow(rowOf<epochColumns>(rows, i), before);
            QVERIFY(read);
            const EpochResult& expected = epochs[i];
            QCOMPARE(read->epoch, expected.epoch);
            QCOMPARE(read->lastStep, expected.lastStep);
            for (const auto value : {&EpochResult::trainLoss, &EpochResult::trainAccuracy, &EpochResult::testLoss,
                     &EpochResult::testAccuracy, &EpochResult::trainSeconds, &EpochResult::testSeconds,
                     &EpochResult::endSeconds})
                QVERIFY2(sameBits((*read).*value, expected.*value), qPrintable(QString::number(i)));
            before = *read;
        }
    }

    void epochsThatCannotHaveBeenAreRefused() {
        const EpochResult before = someEpoch();
        const auto refused = [&](const std::function<void(EpochResult&)>& change) {
            EpochResult epoch = someEpoch();
            epoch.lastStep = 32;
            change(epoch);
            return !epochOfRow(rowOf<epochColumns>(rowsOf(std::span(&epoch, 1)), 0), before);
        };
        QVERIFY(!refused([](EpochResult&) {}));
        QVERIFY(refused([](EpochResult& epoch) { epoch.lastStep = 16; }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.trainLoss = std::nan(""); }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.trainAccuracy = 1.01; }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.testAccuracy = -0.01; }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.testAccuracy = std::nan(""); }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.trainSeconds = -1; }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.testSeconds = std::numeric_limits<double>::infinity(); }));
        QVERIFY(refused([](EpochResult& epoch) { epoch.endSeconds = 1e13; }));
    }

    void eventsComeBackInOrder() {
        const std::vector<RunEvent> events{{RunEvent::Kind::LearningRate, 1, 0.1f},
            {RunEvent::Kind::LearningRate, 1, 0.05f}, {RunEvent::Kind::LearningRate, (1LL << 40) + 3, 1e-6f}};
        const std::vector<float> rows = rowsOf(events);
        constexpr std::int64_t steps = (1LL << 40) + 2; // the last event holds from the step after them on
        RunEvent before;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const auto read = eventOfRow(rowOf<eventColumns>(rows, i), before, steps);
            QVERIFY(read && read->step == events[i].step && read->value == events[i].value);
            before = *read;
        }
        QVERIFY(!eventOfRow(rowOf<eventColumns>(rows, 0), before, steps)); // after a later one
        QVERIFY(!eventOfRow(rowOf<eventColumns>(rows, 2), RunEvent{}, steps - 1));
        const std::vector<float> zero(eventColumns, 0.0f);
        QVERIFY(!eventOfRow(rowOf<eventColumns>(zero, 0), RunEvent{}, steps));
    }

    void halvesOfWholeNumbersAreRefused() {
        const StepPoint first{1, 0.5, 2.0f, 3, 16};
        std::vector<float> row = rowsOf(std::span(&first, 1));
        QVERIFY(stepOfRow(rowOf<stepColumns>(row, 0), StepPoint{}, 16));
        QVERIFY(!stepOfRow(rowOf<stepColumns>(row, 0), StepPoint{}, 15));
        for (const float wrong : {0.5f, -1.0f, 2.0f, 1e30f, std::numeric_limits<float>::quiet_NaN()}) {
            std::vector<float> changed = row;
            changed[1] = wrong;
            QVERIFY2(!stepOfRow(rowOf<stepColumns>(changed, 0), StepPoint{}, 16), qPrintable(QString::number(wrong)));
        }
    }
};

QTEST_APPLESS_MAIN(CheckpointRowsTest)
#include "checkpoint_rows_test.moc"
