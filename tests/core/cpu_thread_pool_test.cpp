// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/thread_pool.h"

#include <QtTest>

#include <atomic>

using namespace kernelscope;

class CpuThreadPoolTest : public QObject {
    Q_OBJECT

private slots:
    void partitionCoversEverythingOnce() {
        for (std::size_t count = 0; count < 40; ++count)
            for (int parts = 1; parts < 9; ++parts) {
                std::size_t next = 0;
                for (int part = 0; part < parts; ++part) {
                    const IndexRange range = partition(count, part, parts);
                    QCOMPARE(range.begin, next);
                    QVERIFY(range.count() <= count / static_cast<std::size_t>(parts) + 1);
                    QVERIFY(range.count() >= count / static_cast<std::size_t>(parts));
                    next = range.end;
                }
                QCOMPARE(next, count);
            }
    }

    void everyThreadRunsOnce_data() {
        QTest::addColumn<int>("threads");
        for (int threads : {1, 2, 3, 8})
            QTest::addRow("%d", threads) << threads;
    }
    void everyThreadRunsOnce() {
        QFETCH(int, threads);
        ThreadPool pool(threads);
        QCOMPARE(pool.threads(), threads);
        std::vector<int> calls(static_cast<std::size_t>(threads)); // plain: run() orders all accesses
        for (int i = 0; i < 200; ++i)
            pool.run([&](int thread) { ++calls[static_cast<std::size_t>(thread)]; });
        for (int count : calls)
            QCOMPARE(count, 200);
    }

    void barrierShowsWhatWasWrittenBeforeIt() {
        constexpr int threads = 3;
        ThreadPool pool(threads);
        std::vector<int> written(threads);
        std::atomic<int> wrong{0};
        pool.run([&](int thread) {
            for (int round = 1; round <= 500; ++round) {
                written[static_cast<std::size_t>(thread)] = round;
                pool.barrier();
                for (int value : written)
                    wrong += value != round;
                pool.barrier();
            }
        });
        QCOMPARE(wrong.load(), 0);
    }

    void sleepersWakeUp() {
        // Each run finds the other threads asleep: far longer than they spin passes in between.
        ThreadPool pool(2);
        std::atomic<int> calls{0};
        for (int i = 0; i < 20; ++i) {
            const QElapsedTimer timer = [] {
                QElapsedTimer t;
                t.start();
                return t;
            }();
            while (timer.nsecsElapsed() < 500'000) {
            }
            pool.run([&](int) { ++calls; });
        }
        QCOMPARE(calls.load(), 40);
    }

    void startsAndStops() {
        std::atomic<int> calls{0};
        for (int i = 0; i < 1000; ++i) {
            ThreadPool pool(3);
            if (i % 2)
                pool.run([&](int) { ++calls; });
        }
        QCOMPARE(calls.load(), 1500);
    }
};

QTEST_APPLESS_MAIN(CpuThreadPoolTest)
#include "cpu_thread_pool_test.moc"
