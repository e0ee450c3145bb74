// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One run of Trainer, from a loaded executor to the result. Internal to core/training.
#pragma once

#include "base/stopwatch.h"
#include "training/trainer.h"

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// The loop over epochs, turns and steps, with its bookkeeping. Made for one call of go().
class TrainingRun {
public:
    TrainingRun(Executor& executor, const RunSetup& setup, RunControl& control, RunObserver& observer, RunRecord record,
        std::int64_t totalSteps);

    /// Trains until all epochs are done, the user stops it, or it fails. An error before the first snapshot is thrown;
    /// later ones end the run as StopReason::Failed, with all that was learnt until then.
    RunResult go();

private:
    /// Whether the run goes on.
    enum class Outcome { GoOn, Stop };

    /// Takes up the checkpoint's thread. @return the epoch to go on with.
    int resume();
    Outcome trainEpoch(int epoch);
    Outcome evaluateEpoch(int epoch);
    /// Whether the run's own rules end it after the epoch that was just tested.
    Outcome judgeEpoch();
    /// The weights that a run which ended as planned leaves.
    void keepWeights();
    /// Makes the next steps of the epoch; `at` is moved behind their samples.
    Outcome makeSteps(std::span<const std::uint32_t> order, std::size_t& at, bool single);
    /// Waits for the device and hands on what was measured, and the copies of parameters that were begun.
    Outcome drain();
    /// Hands on what the device measured since the last drain. @return the first step whose loss was not finite.
    std::optional<std::int64_t> drainMetrics();
    /// Hands on everything up to the last step made: its figures and its parameters.
    Outcome publish();
    bool isSnapshotDue();
    /// Copies the parameters, or has the device begin it; then the next drain publishes them.
    Outcome snapshotNow();
    /// Copies the parameters; false, and nothing published, where they are not all finite.
    bool takeSnapshot();
    /// Publishes the copies that were begun, but for those of steps from the given one on: these held older values.
    Outcome publishCopies(std::optional<std::int64_t> nonFiniteStep);
    /// Room for parameters and state after a step.
    std::shared_ptr<Snapshot> makeSnapshot(std::int64_t step, double seconds) const;
    /// @return false, and nothing is published, where the values are not all finite.
    bool publishSnapshot(std::shared_ptr<Snapshot> snapshot);
    /// Has checkpoint and record written where they are due. @param epochEnded just now.
    Outcome keepIfDue(bool epochEnded);
    /// Waits while the run is paused; all was published before. In a pause that lasts, the steps are kept that were
    /// made since the last checkpoint: whoever paused the run may never come back to it.
    void waitWhilePaused();
    /// Hands a copy of what was published last to the keeper. @param withWeights or only the record.
    void keep(bool withWeights);
    /// All that is needed to go on. @param withWeights or only the record.
    std::shared_ptr<Checkpoint> checkpoint(bool withWeights) const;
    /// Has the checkpoint written with which the run ends, whether it is over or was stopped.
    void keepLast();
    /// Tells of files that could not be written.
    void tellFailures();
    Outcome stopCancelled();
    Outcome stopSpoilt(std::int64_t step);
    /// Goes back to the last finite parameters. @param what happened, as the beginning of a sentence.
    Outcome stopNonFinite(const std::string& what);
    /// Keeps what was learnt when an error ended the run. To be called from its handler.
    void endFailed(const std::string& why);
    /// Training seconds at which a step was done that was made since the last drain but one.
    double secondsOf(std::int64_t step) const;

    Executor& m_executor;
    const RunSetup& m_setup;
    RunControl& m_control;
    RunObserver& m_observer;
    RunRecord m_record;

    std::size_t m_sampleCount;
    std::size_t m_stepsPerEpoch;
    std::int64_t m_totalSteps;
    float m_learningRate;            ///< What the schedule is scaled by: the user may change it.
    std::int64_t m_stepsMade = 0;    ///< Handed to the executor.
    std::int64_t m_stepsDrained = 0; ///< Of these, measured.
    std::int64_t m_keptStep = 0;     ///< Of the last checkpoint.
    std::size_t m_stepsPerCall = 1;  ///< So many that one call takes about 2 ms.
    double m_drainedAt = 0;          ///< Training seconds at the last drain.
    double m_stepSeconds = 0;        ///< Of a step before the last drain.
    Stopwatch m_sinceDrain;
    Stopwatch m_sinceSnapshot;
    std::vector<std::int64_t> m_snapshotSteps;
    std::size_t m_nextSnapshot = 0;
    SnapshotCopies* m_copies;               ///< Null where there is nothing to wait for.
    std::deque<std::int64_t> m_copiedSteps; ///< After which the copies were begun that are under way.
    SnapshotPtr m_lastFinite;
    SnapshotPtr m_best; ///< With StoppingSpec::patience: after the epoch with the least test loss so far.

    EpochSums m_sums;         ///< Over the epoch that is going on; its seconds only up to where it was resumed.
    double m_epochBegin = 0;  ///< Training seconds when that epoch began here.
    DataFingerprint m_dataId; ///< Where checkpoints are kept.
    std::optional<RunKeeper> m_keeper;
};

} // namespace kernelscope
