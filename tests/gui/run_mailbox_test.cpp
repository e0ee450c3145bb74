// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/run_mailbox.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace kernelscope;

namespace {

void finishEpoch(RunMailbox& mailbox, int epoch) {
    mailbox.epochDone({.epoch = epoch});
    auto predictions = std::make_shared<EpochPredictions>();
    predictions->epoch = epoch;
    mailbox.predicted(predictions);
}

} // namespace

class RunMailboxTest : public QObject {
    Q_OBJECT

private slots:
    void losesNoStepAndKeepsTheirOrder();
    void keepsTheLatestSnapshot();
    void asksForASnapshotOnlyWhenTheLastWasFetched();
    void asksForNoSnapshotWhileNobodyLooks();
    void keepsThePhase();
};

void RunMailboxTest::asksForNoSnapshotWhileNobodyLooks() {
    RunMailbox mailbox;
    mailbox.setWantsSnapshots(false);
    QElapsedTimer timer; // longer than the least time between two
    timer.start();
    while (!timer.hasExpired(50))
        QVERIFY(!mailbox.wantsSnapshot());
    mailbox.setWantsSnapshots(true);
    QVERIFY(mailbox.wantsSnapshot());
}

void RunMailboxTest::losesNoStepAndKeepsTheirOrder() {
    constexpr std::int64_t count = 200'000;
    RunMailbox mailbox;
    std::thread trainer([&mailbox] {
        std::vector<StepPoint> points;
        std::uint32_t random = 7;
        for (std::int64_t step = 1; step <= count; ++step) {
            points.push_back({step, 0.001 * static_cast<double>(step), 1.0f, 1, 2});
            random = random * 1664525u + 1013904223u;
            if ((random >> 28) == 0 || step == count) {
                mailbox.stepsMade(points);
                points.clear();
            }
            if (step % 5000 == 0)
                finishEpoch(mailbox, static_cast<int>(step / 5000));
        }
        mailbox.finish(std::make_shared<const RunResult>());
    });
    std::vector<StepPoint> steps;
    std::vector<EpochResult> epochs;
    std::vector<EpochPredictionsPtr> predictions;
    for (bool over = false; !over;) {
        RunMailbox::News news = mailbox.take();
        steps.insert(steps.end(), news.steps.begin(), news.steps.end());
        epochs.insert(epochs.end(), news.epochs.begin(), news.epochs.end());
        predictions.insert(predictions.end(), news.predictions.begin(), news.predictions.end());
        over = news.result != nullptr;
    }
    trainer.join();
    QCOMPARE(steps.size(), static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i].step != static_cast<std::int64_t>(i) + 1)
            QFAIL(qPrintable(QStringLiteral("step %1 at place %2").arg(steps[i].step).arg(i)));
    QCOMPARE(epochs.size(), std::size_t{40});
    QCOMPARE(epochs.back().epoch, 40);
    QCOMPARE(predictions.size(), std::size_t{40});
    for (std::size_t i = 0; i < predictions.size(); ++i)
        QCOMPARE(predictions[i]->epoch, static_cast<int>(i) + 1);
    const RunMailbox::News rest = mailbox.take();
    QVERIFY(rest.steps.empty() && !rest.result);
}

void RunMailboxTest::keepsTheLatestSnapshot() {
    RunMailbox mailbox;
    const auto first = std::make_shared<Snapshot>();
    const auto second = std::make_shared<Snapshot>();
    mailbox.snapshotTaken(first);
    mailbox.snapshotTaken(second);
    QCOMPARE(first.use_count(), 1l); // let go of
    QCOMPARE(mailbox.take().snapshot, SnapshotPtr(second));
    QCOMPARE(mailbox.take().snapshot, SnapshotPtr());
}

void RunMailboxTest::asksForASnapshotOnlyWhenTheLastWasFetched() {
    RunMailbox mailbox;
    mailbox.snapshotTaken(std::make_shared<Snapshot>());
    Stopwatch watch;
    QVERIFY(!mailbox.wantsSnapshot() || watch.seconds() > 1.0 / 30);
    // However long nobody fetches it, none is wanted.
    while (watch.seconds() < 0.05)
        std::this_thread::yield();
    QVERIFY(!mailbox.wantsSnapshot());
    mailbox.take();
    QVERIFY(mailbox.wantsSnapshot());
}

void RunMailboxTest::keepsThePhase() {
    RunMailbox mailbox;
    QCOMPARE(mailbox.take().phase, RunMailbox::Phase::Loading);
    mailbox.started(RunRecord());
    QCOMPARE(mailbox.take().phase, RunMailbox::Phase::Training);
    mailbox.evaluating(10, 20);
    QCOMPARE(mailbox.take().phase, RunMailbox::Phase::Testing);
    QCOMPARE(mailbox.take().phase, RunMailbox::Phase::Testing);
    mailbox.epochDone({});
    QCOMPARE(mailbox.take().phase, RunMailbox::Phase::Training);
    mailbox.fail("broken");
    const RunMailbox::News news = mailbox.take();
    QCOMPARE(news.phase, RunMailbox::Phase::Over);
    QCOMPARE(news.failure, std::optional<std::string>("broken"));
}

QTEST_GUILESS_MAIN(RunMailboxTest)
#include "run_mailbox_test.moc"
