// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/cpu_backend.h"
#include "cpu/cpu_executor.h"
#include "executor_support.h"

#include <QtTest>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <dlfcn.h>
#include <memory>
#include <mutex>
#include <pthread.h>

// The functions of the C library that hand out memory, and the one that takes a lock, replaced for this program (and
// for the libraries it has loaded) by ones that count. operator new ends in malloc(), so it is counted too. What a
// sanitizer has replaced already must be left to it: there the test skips.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define KERNELSCOPE_COUNTS_CALLS 1

namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};
std::atomic<int> locks{0};

void count(std::atomic<int>& calls) {
    if (counting.load(std::memory_order_relaxed))
        calls.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t number, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
    count(allocations);
    return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) noexcept {
    count(allocations);
    return __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
    count(allocations);
    return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
    count(allocations);
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    return memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
    // Found at the first call, which is long before any is counted.
    using Lock = int (*)(pthread_mutex_t*);
    static std::atomic<Lock> original{nullptr};
    Lock lock = original.load(std::memory_order_acquire);
    if (!lock) {
        lock = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
        original.store(lock, std::memory_order_release);
    }
    count(locks);
    return lock(mutex);
}
}
#endif

using namespace kernelscope;

/// A training step takes memory from nobody, and no lock: all it needs was made with the executor. In a program that
/// trains for hours beside a window, that is what keeps a step's time the same from the first to the last.
class CpuStepMemoryTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
#ifndef KERNELSCOPE_COUNTS_CALLS
        QSKIP("Memory and locks are a sanitizer's here, or the C library is not GNU's");
#endif
    }

#ifdef KERNELSCOPE_COUNTS_CALLS
    void callsAreCounted() {
        std::mutex mutex;
        begin();
        {
            const std::vector<float> some(100, 1.f);
            const auto aligned = std::make_unique<Line>();
            const std::lock_guard lock(mutex);
            QVERIFY(some.back() + aligned->values[0] == 1);
        }
        end();
        QVERIFY(allocations >= 2);
        QVERIFY(locks >= 1);
    }

    void stepsTakeNothing_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<int>("threads");
        for (const QString& network : {QString("tiny"), QString("classic"), QString("odd")})
            for (const int threads : {1, 2, 3})
                QTest::addRow("%s, %d threads", qPrintable(network), threads) << network << threads;
    }
    void stepsTakeNothing() {
        QFETCH(QString, network);
        QFETCH(int, threads);
        const DataSetPtr data = randomImages({1, 28, 28}, 10, 100, 10);
        TrainingSpec spec = withBatch(16, network == "tiny" ? OptimizerKind::Momentum : OptimizerKind::Adam);
        if (network == "odd")
            spec.augmentation.shift = 2;
        const auto executor =
            load(CpuBackend(threads), network == "odd" ? odd() : preset(network.toStdString()), data, spec);
        const std::vector<std::uint32_t> samples = firstSamples(91); // five whole batches, and one of 11
        const std::vector<float> rates(6, 1e-3f);
        std::int64_t step = 1;
        for (int call = 0; call < 4; ++call) {
            // The first call and those behind a drain take as little as the others.
            begin();
            executor->trainSteps({step, samples, 16, rates});
            end();
            QCOMPARE(allocations.load(), 0);
            QCOMPARE(locks.load(), 0);
            step += 6;
            if (call % 2)
                QCOMPARE(executor->drainMetrics().steps.size(), std::size_t{12});
        }
    }

    void metricsBeyondTheirPlaceAreKept() {
        const Network small{"small", {1, 2, 2}, {Flatten{}, Dense{2}}};
        const auto executor = load(CpuBackend(2), small, randomImages({1, 2, 2}, 2, 3000, 2), withBatch(1));
        train(*executor, firstSamples(1500), 1);
        train(*executor, firstSamples(1500), 1, 1501);
        const std::vector<StepMetrics> steps = executor->drainMetrics().steps;
        QCOMPARE(steps.size(), std::size_t{3000});
        QVERIFY(steps.size() > cpu::CpuExecutor::undrainedSteps);
        QCOMPARE(steps.back().step, std::int64_t{3000});
    }

private:
    struct alignas(128) Line {
        float values[32] = {};
    };

    /// A layer of each kind: paddings, a stride, pools of both kinds, batch norm, dropout.
    static Network odd() {
        return {"odd", {1, 28, 28},
            {Conv{5, 5, 1, Padding::same()}, BatchNorm{}, Activation{ActivationKind::LeakyRelu, 0.1f},
                Pool{PoolKind::Average, 2, 2}, Conv{7, 3, 1, Padding::same()}, Activation{ActivationKind::Tanh},
                Pool{PoolKind::Max, 3, 2}, Conv{17, 3, 2, Padding::same()}, Activation{ActivationKind::Sigmoid},
                Dropout{0.3f}, Flatten{}, Dense{12}, Activation{ActivationKind::Relu}, Dense{10}}};
    }

    static void begin() {
        allocations = 0;
        locks = 0;
        counting = true;
    }
    static void end() {
        counting = false;
    }
#endif
};

QTEST_APPLESS_MAIN(CpuStepMemoryTest)
#include "cpu_step_memory_test.moc"
