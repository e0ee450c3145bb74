// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/thread_pool.h"

#include "base/thread_priority.h"

#include <chrono>

namespace kernelscope {
namespace {

/// Tells the core that it waits in a loop.
void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Waits until the value is another than the one seen before: by spinning shortly, then by sleeping (before which the
/// library's wait() offers its time to others, four times).
void waitForChange(const std::atomic<std::uint32_t>& value, std::uint32_t before) {
    using Clock = std::chrono::steady_clock;
    constexpr auto spinTime = std::chrono::microseconds(20);
    const Clock::time_point end = Clock::now() + spinTime;
    do {
        for (int i = 0; i < 16; ++i) {
            if (value.load(std::memory_order_acquire) != before)
                return;
            relax();
        }
    } while (Clock::now() < end);
    while (value.load(std::memory_order_acquire) == before)
        value.wait(before, std::memory_order_acquire);
}

} // namespace

ThreadPool::ThreadPool(int threads) : m_threads(threads) {
    m_workers.reserve(static_cast<std::size_t>(threads - 1));
    try {
        for (int thread = 1; thread < threads; ++thread)
            m_workers.emplace_back([this, thread] { work(thread); });
    } catch (...) {
        // The system gave fewer threads than asked for: end those that run, then tell.
        stop();
        throw;
    }
}

ThreadPool::~ThreadPool() {
    stop();
}

void ThreadPool::stop() {
    m_call = nullptr;
    m_generation.fetch_add(1, std::memory_order_release);
    m_generation.notify_all();
    for (std::thread& worker : m_workers)
        worker.join();
}

void ThreadPool::runErased(Call call, const void* task) {
    if (m_threads > 1) {
        m_call = call;
        m_task = task;
        m_generation.fetch_add(1, std::memory_order_release);
        m_generation.notify_all();
    }
    call(task, 0);
    barrier();
}

void ThreadPool::barrier() {
    if (m_threads == 1)
        return;
    // Read before arriving: the last to arrive changes it.
    const std::uint32_t phase = m_phase.load(std::memory_order_acquire);
    if (m_arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(m_threads)) {
        m_arrived.store(0, std::memory_order_relaxed);
        m_phase.fetch_add(1, std::memory_order_acq_rel);
        m_phase.notify_all();
    } else {
        waitForChange(m_phase, phase);
    }
}

void ThreadPool::work(int thread) {
    stepBehind(Behind::Window);
    for (std::uint32_t seen = 0;; ++seen) {
        waitForChange(m_generation, seen);
        const Call call = m_call;
        if (!call)
            return;
        call(m_task, thread);
        barrier();
    }
}

} // namespace kernelscope
