// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware/machine_peaks.h"

#include "base/error.h"
#include "base/processor.h"
#include "base/stopwatch.h"
#include "cpu/cpu_backend.h"
#include "hardware/kernels/select.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace kernelscope {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

/// Several times the last cache, so that little of an array is still there when its turn comes again.
std::size_t copySize() {
    long cache = 0;
#if defined(_SC_LEVEL3_CACHE_SIZE)
    cache = std::max({0L, sysconf(_SC_LEVEL3_CACHE_SIZE), sysconf(_SC_LEVEL2_CACHE_SIZE)});
#endif
    return std::clamp(4 * static_cast<std::size_t>(cache), 64 * megabyte, 256 * megabyte);
}

/// Two arrays, of which the first is copied to the second, each thread its own stretch.
class CopyTrack {
public:
    CopyTrack(ThreadPool& pool, std::size_t bytes)
        : m_pool(pool),
          m_bytes(bytes),
          m_from(std::make_unique_for_overwrite<std::byte[]>(bytes)),
          m_to(std::make_unique_for_overwrite<std::byte[]>(bytes)) {
        // The system places memory near the thread that writes it first.
        m_pool.run([this](int thread) {
            const IndexRange part = partition(m_bytes, thread, m_pool.threads());
            std::memset(m_from.get() + part.begin, 1 + thread % 100, part.count());
            std::memset(m_to.get() + part.begin, 0, part.count());
        });
    }

    /// Bytes read and written a second.
    double measure(double seconds) {
        const Stopwatch watch;
        double passed = 0;
        double bytes = 0;
        do {
            m_pool.run([this](int thread) {
                const IndexRange part = partition(m_bytes, thread, m_pool.threads());
                std::memcpy(m_to.get() + part.begin, m_from.get() + part.begin, part.count());
            });
            bytes += 2.0 * static_cast<double>(m_bytes);
            passed = watch.seconds();
        } while (passed < seconds);
        // Looked at, so that no compiler can think the copies useless.
        if (std::memcmp(m_to.get(), m_from.get(), m_bytes) != 0)
            throw Error({"Cannot measure how fast this machine copies", "", "a copy that differs from what was copied",
                "", "Its memory may be faulty."});
        return bytes / passed;
    }

private:
    ThreadPool& m_pool;
    std::size_t m_bytes;
    std::unique_ptr<std::byte[]> m_from;
    std::unique_ptr<std::byte[]> m_to;
};

} // namespace

double measureFlops(ThreadPool& pool, double seconds) {
    const hardware::Kernels& kernels = hardware::selectKernels();
    const auto sums = static_cast<double>(kernels.lanes * kernels.chains);
    // About a tenth of a millisecond: long beside meeting at the end, short beside the whole.
    constexpr std::size_t rounds = 50'000;
    std::vector<float> found(static_cast<std::size_t>(pool.threads()));
    const Stopwatch watch;
    double passed = 0;
    double operations = 0;
    do {
        constexpr int calls = 16;
        pool.run([&](int thread) {
            for (int call = 0; call < calls; ++call)
                found[static_cast<std::size_t>(thread)] = kernels.multiplyAdd(rounds, 0.5f, 1.0f);
        });
        operations += 2.0 * sums * static_cast<double>(rounds) * calls * pool.threads();
        passed = watch.seconds();
    } while (passed < seconds);
    // x = x / 2 + 1 ends at 2, wherever it began.
    for (float sum : found)
        if (sum != static_cast<float>(2 * sums))
            throw Error({"Cannot measure how fast this machine computes", "sum of the results", std::to_string(sum),
                std::to_string(2 * sums), ""});
    return operations / passed;
}

std::optional<MachinePeaks> measureMachinePeaks(const PeakBudget& budget, const std::atomic<bool>& isCancelled) {
    MachinePeaks peaks;
    peaks.chip = processorName();
    peaks.instructionSet = hardware::selectKernels().name;
    peaks.fused = hardware::selectKernels().fused;
    peaks.copiedBytes = budget.copiedBytes > 0 ? budget.copiedBytes : copySize();
    peaks.one.threads = 1;
    peaks.all.threads = availableThreads();

    struct Candidate {
        Roofs& roofs;
        ThreadPool pool{roofs.threads};
        std::vector<double> flops{};
        std::vector<double> bandwidth{};
    };
    Candidate one{peaks.one};
    Candidate all{peaks.all};
    // In turns, so that what else the machine does meets all figures alike; the first round warms up.
    for (int repeat = -1; repeat < budget.repeats; ++repeat)
        for (Candidate* candidate : {&one, &all}) {
            if (isCancelled)
                return std::nullopt;
            const double flops = measureFlops(candidate->pool, budget.seconds);
            if (repeat >= 0)
                candidate->flops.push_back(flops);
        }
    for (Candidate* candidate : {&one, &all}) {
        CopyTrack track(candidate->pool, peaks.copiedBytes);
        for (int repeat = -1; repeat < budget.repeats; ++repeat) {
            if (isCancelled)
                return std::nullopt;
            const double bandwidth = track.measure(budget.seconds);
            if (repeat >= 0)
                candidate->bandwidth.push_back(bandwidth);
        }
    }
    for (Candidate* candidate : {&one, &all}) {
        candidate->roofs.flops = spreadOf(candidate->flops);
        candidate->roofs.bandwidth = spreadOf(candidate->bandwidth);
    }
    return peaks;
}

} // namespace kernelscope
