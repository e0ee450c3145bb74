// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/thread_pool.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

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

    void threadsStandBehindTheWindowAndTheCallerDoesNot() {
#ifdef Q_OS_LINUX
        const auto niceness = [] { return getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))); };
        const int own = niceness();
        ThreadPool pool(3);
        std::vector<int> found(3);
        pool.run([&](int thread) { found[static_cast<std::size_t>(thread)] = niceness(); });
        QCOMPARE(found, (std::vector<int>{own, std::max(own, 5), std::max(own, 5)}));
        QCOMPARE(niceness(), own);
#else
        QSKIP("Threads have a niceness of their own on Linux alone");
#endif
    }

    void idleThreadsSleep() {
#ifdef Q_OS_LINUX
        ThreadPool pool(3);
        std::vector<long> ids(3);
        pool.run([&](int thread) { ids[static_cast<std::size_t>(thread)] = syscall(SYS_gettid); });
        // Without a word from anybody the started threads come to rest: the system calls them sleeping.
        const auto state = [](long id) {
            std::ifstream file("/proc/self/task/" + std::to_string(id) + "/stat");
            std::string text;
            std::getline(file, text);
            return text.at(text.rfind(") ") + 2);
        };
        for (const long id : {ids[1], ids[2]})
            QTRY_COMPARE_WITH_TIMEOUT(state(id), 'S', 60'000);
#else
        QSKIP("What threads do is told by Linux");
#endif
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
