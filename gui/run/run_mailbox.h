// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Where a training thread leaves its news and the GUI's thread fetches them.
#pragma once

#include "base/stopwatch.h"
#include "run/run_source.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope {

/// The news of one run. The trainer's thread fills it as the run's observer, the GUI's thread empties it with take().
/// Of what only the latest value matters (parameters, progress of an evaluation) the latest is kept; everything else
/// is kept in full. One mutex guards it all; the trainer never waits for the GUI longer than a vector's swap.
class RunMailbox final : public RunObserver {
public:
    /// What the run is at, as far as the trainer told.
    enum class Phase { Loading, Training, Testing, Over };

    /// Everything since the last take().
    struct News {
        Phase phase = Phase::Loading;
        std::optional<RunRecord> started;
        std::vector<StepPoint> steps;
        std::vector<EpochResult> epochs;
        std::vector<EpochPredictionsPtr> predictions;
        std::vector<RunEvent> events;
        std::vector<std::string> warnings;
        SnapshotPtr snapshot;
        /// Test images done and in total.
        std::optional<std::pair<std::size_t, std::size_t>> evaluating;
        RunResultPtr result;                ///< The run is over.
        std::optional<std::string> failure; ///< The run is over, with nothing to show for it.
    };

    /// Fetches the news, leaving none. GUI's thread.
    News take();
    /// Whether anybody looks at the parameters while they change; true at first. GUI's thread.
    void setWantsSnapshots(bool wants) { m_wantsSnapshots = wants; }

    // --- The trainer's thread.
    void started(const RunRecord& record) override;
    void stepsMade(std::span<const StepPoint> points) override;
    void epochDone(const EpochResult& epoch) override;
    void predicted(const EpochPredictionsPtr& predictions) override;
    void eventHappened(const RunEvent& event) override;
    void snapshotTaken(const SnapshotPtr& snapshot) override;
    void evaluating(std::size_t done, std::size_t total) override;
    void warned(const std::string& message) override;
    /// True at most 30 times a second while snapshots are wanted, and only once the GUI has fetched the last snapshot:
    /// a screen that is slow costs the training nothing.
    bool wantsSnapshot() override;
    void finish(RunResultPtr result);
    void fail(std::string message);

private:
    std::mutex m_mutex;
    News m_news;
    std::atomic<bool> m_wantsSnapshots{true};
    Stopwatch m_sinceSnapshot; ///< Trainer's thread alone.
};

} // namespace kernelscope
