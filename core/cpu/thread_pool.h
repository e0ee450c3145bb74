// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Threads that live as long as an executor and meet at barriers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
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
    void run(const std::function<void(int)>& task);

    /// Inside a task: waits until all threads have come here. What was written before is then seen by all.
    void barrier();

private:
    void work(int thread);
    void stop();

    int m_threads;
    const std::function<void(int)>* m_task = nullptr; ///< Null: end. Written before m_generation grows.
    alignas(64) std::atomic<std::uint32_t> m_generation{0};
    alignas(64) std::atomic<std::uint32_t> m_arrived{0};
    alignas(64) std::atomic<std::uint32_t> m_phase{0};
    std::vector<std::thread> m_workers;
};

} // namespace kernelscope
