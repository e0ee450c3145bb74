// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How far the reading of a data set is, and the wish to end it.
#pragma once

#include "base/error.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace kernelscope {

/// Thrown by what reads when OpenProgress::cancel() was called. Nothing is wrong then, and nothing need be said.
class Cancelled final : public Error {
public:
    Cancelled() : Error({"The reading was cancelled", {}, {}, {}, {}}) {}
};

/// Shared between a thread that reads and those that watch it. All functions may be called from any thread.
class OpenProgress {
public:
    /// Makes the reading end soon, with Cancelled. For those who watch.
    void cancel() noexcept { m_cancelled.store(true, std::memory_order_relaxed); }
    bool isCancelled() const noexcept { return m_cancelled.load(std::memory_order_relaxed); }

    /// Work done and work in all, in bytes or pictures; the total is 0 before it is known.
    std::uint64_t done() const noexcept { return m_done.load(std::memory_order_relaxed); }
    std::uint64_t total() const noexcept { return m_total.load(std::memory_order_relaxed); }
    /// 0 to 1; 0 before the total is known.
    double fraction() const noexcept {
        const std::uint64_t all = total();
        return all == 0 ? 0.0 : std::min(1.0, static_cast<double>(done()) / static_cast<double>(all));
    }

    /// Starts counting from 0. For those who read.
    void begin(std::uint64_t total) noexcept {
        m_done.store(0, std::memory_order_relaxed);
        m_total.store(total, std::memory_order_relaxed);
    }
    /// Adds to what is done. Throws Cancelled when that is wished. For those who read.
    void advance(std::uint64_t amount) {
        m_done.fetch_add(amount, std::memory_order_relaxed);
        if (isCancelled())
            throw Cancelled();
    }

private:
    std::atomic<std::uint64_t> m_done = 0;
    std::atomic<std::uint64_t> m_total = 0;
    std::atomic<bool> m_cancelled = false;
};

} // namespace kernelscope
