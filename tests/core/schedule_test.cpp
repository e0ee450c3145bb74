// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/schedule.h"

#include <QtTest>

#include <cmath>
#include <vector>

using namespace kernelscope;

namespace {

std::vector<double> factors(const ScheduleSpec& spec, std::int64_t total, std::int64_t perEpoch) {
    std::vector<double> all;
    for (std::int64_t step = 1; step <= total; ++step)
        all.push_back(scheduleFactor(spec, step, total, perEpoch));
    return all;
}

bool close(const std::vector<double>& found, const std::vector<double>& expected) {
    if (found.size() != expected.size())
        return false;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!(std::abs(found[i] - expected[i]) < 1e-9)) {
            qWarning("at %zu: %.12g, expected %.12g", i, found[i], expected[i]);
            return false;
        }
    return true;
}

} // namespace

/// The learning rate over a run. Values of cosine and one-cycle are those of PyTorch 1.13.
class ScheduleTest : public QObject {
    Q_OBJECT

private slots:
    void constantStays() {
        QVERIFY(close(factors({}, 5, 2), {1, 1, 1, 1, 1}));
        // Not even a bit is lost of what people chose.
        QCOMPARE(learningRateAt({}, 1e-3f, 3, 5, 2), 1e-3f);
    }

    void stepsFallEveryFewEpochs() {
        QVERIFY(close(factors({ScheduleKind::Steps, 1, 0.5f}, 6, 2), {1, 1, 0.5, 0.5, 0.25, 0.25}));
        QVERIFY(close(factors({ScheduleKind::Steps, 2, 0.25f}, 9, 2), {1, 1, 1, 1, 0.25, 0.25, 0.25, 0.25, 0.0625}));
    }

    /// torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10), stepped after each step.
    void cosineIsPyTorchs() {
        QVERIFY(close(factors({ScheduleKind::Cosine}, 10, 3),
            {1.0, 0.9755282581475768, 0.9045084971874737, 0.7938926261462366, 0.6545084971874737, 0.5,
                0.34549150281252633, 0.2061073738537635, 0.09549150281252633, 0.024471741852423234}));
    }

    /// torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1, total_steps=n).
    void oneCycleIsPyTorchs() {
        QVERIFY(close(factors({ScheduleKind::OneCycle}, 20, 3),
            {0.040000000000000036, 0.1316718427000253, 0.3716718427000253, 0.6683281572999747, 0.9083281572999747, 1.0,
                0.9874640062350873, 0.9504846320134737, 0.89091617757105, 0.8117456539497631, 0.7169430017913008,
                0.6112620219362893, 0.500002, 0.38874197806371075, 0.28306099820869923, 0.18825834605023697,
                0.10908782242895004, 0.049519367986526286, 0.012539993764912554, 4e-06}));
        QVERIFY(close(factors({ScheduleKind::OneCycle}, 7, 7),
            {0.040000000000000036, 0.9805566273349586, 0.9190443762697106, 0.6726838364805451, 0.35773877573965707,
                0.0992967918932656, 4e-06}));
        QVERIFY(close(factors({ScheduleKind::OneCycle}, 10, 1),
            {0.040000000000000036, 0.52, 1.0, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893,
                0.38874197806371075, 0.18825834605023697, 0.049519367986526286, 4e-06}));
    }

    void warmUpRisesInALine() {
        ScheduleSpec spec;
        spec.warmupEpochs = 2;
        QCOMPARE(warmupSteps(spec, 2), std::int64_t{4});
        QVERIFY(close(factors(spec, 6, 2), {0.25, 0.5, 0.75, 1, 1, 1}));
        spec.warmupEpochs = 0.5f; // parts of an epoch
        QVERIFY(close(factors(spec, 6, 4), {0.5, 1, 1, 1, 1, 1}));
    }

    /// The rest of the run is the schedule's own, so that it ends where it would without a warm-up.
    void schedulesFollowTheWarmUp() {
        for (const ScheduleKind kind : {ScheduleKind::Cosine, ScheduleKind::OneCycle}) {
            ScheduleSpec spec{kind};
            const std::vector<double> plain = factors(spec, 20, 5);
            spec.warmupEpochs = 1;
            const std::vector<double> warmed = factors(spec, 25, 5);
            for (std::size_t i = 0; i < 5; ++i)
                QVERIFY(std::abs(warmed[i] - plain.front() * static_cast<double>(i + 1) / 5) < 1e-12);
            QVERIFY(close({warmed.begin() + 5, warmed.end()}, plain));
        }
        // Steps count the run's epochs, warm-up or not.
        ScheduleSpec steps{ScheduleKind::Steps, 1, 0.5f, 1};
        QVERIFY(close(factors(steps, 6, 2), {0.5, 1, 0.5, 0.5, 0.25, 0.25}));
    }

    /// Runs that are shorter than their parts still have a rate that is no worse than its greatest.
    void shortRunsAreSafe() {
        for (const ScheduleKind kind : allSchedules)
            for (const float warmup : {0.0f, 0.3f, 1.0f, 50.0f})
                for (const std::int64_t total : {1, 2, 3, 4, 5, 17})
                    for (const double factor : factors({kind, 1, 0.5f, warmup}, total, 2))
                        QVERIFY2(factor >= 0 && factor <= 1 + 1e-12, name(kind));
    }

    /// Who changes the learning rate in the middle of a run scales what is left of its schedule.
    void theRateScalesTheSchedule() {
        const ScheduleSpec spec{ScheduleKind::Cosine, 1, 0.5f, 1};
        for (const std::int64_t step : {1, 4, 9, 20})
            QCOMPARE(learningRateAt(spec, 0.5f, step, 20, 4), 50 * learningRateAt(spec, 0.01f, step, 20, 4));
    }
};

QTEST_APPLESS_MAIN(ScheduleTest)
#include "schedule_test.moc"
