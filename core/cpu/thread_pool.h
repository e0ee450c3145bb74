// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Threads that live as long as an executor and meet at barriers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace kernelscope {

/// A stretch of indices: begin <= i < end.
struct IndexRange {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t count() const { return end - begin; }
};

/// The share of one of `parts` in `count` things: the same for the same numbers, sizes differ by one at most.
constexpr IndexRange partition(std::size_t count, int part, int parts) {
    const auto p = static_cast<std::size_t>(part);
    const auto all = static_cast<std::size_t>(parts);
    return {count * p / all, count * (p + 1) / all};
}

/// A fixed number of threads that run one task together; the caller is the first of them.
///
/// The threads started here stand behind a window's (stepBehind()), and are pinned to no core. The caller's
/// priority is the caller's affair: it may be the thread of a window, and a lowered one could not be raised again.
///
/// Who waits spins for at most 20 microseconds, then sleeps: a busy wait collapses where two virtual cores share one,
/// and an idle pool must cost nothing. Used from one thread only. Tasks must not throw.
class ThreadPool {
public:
    /// Starts threads - 1 threads. @param threads at least 1.
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Threads that run a task, the caller among them.
    int threads() const { return m_threads; }

    /// Runs task(thread) on every thread, 0 to threads() - 1, and returns when all are done.
    /// Takes no memory: the task is used where it lies.
    template <class Task>
    void run(const Task& task) {
        runErased([](const void* erased, int thread) { (*static_cast<const Task*>(erased))(thread); }, &task);
    }

    /// Inside a task: waits until all threads have come here. What was written before is then seen by all.
    void barrier();

private:
    using Call = void (*)(const void* task, int thread);

    void runErased(Call call, const void* task);
    void work(int thread);
    void stop();

    int m_threads;
    Call m_call = nullptr; ///< Null: end. This and the next are written before m_generation grows.
    const void* m_task = nullptr;
    alignas(64) std::atomic<std::uint32_t> m_generation{0};
    alignas(64) std::atomic<std::uint32_t> m_arrived{0};
    alignas(64) std::atomic<std::uint32_t> m_phase{0};
    std::vector<std::thread> m_workers;
};

} // namespace kernelscope
