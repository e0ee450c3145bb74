// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One run of Trainer, from a loaded executor to the result. Internal to core/training.
#pragma once

#include "base/stopwatch.h"
#include "training/trainer.h"

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

    Outcome trainEpoch(int epoch);
    Outcome evaluateEpoch(int epoch);
    /// Whether the run's own rules end it after the epoch that was just tested.
    Outcome judgeEpoch();
    /// The weights that a run which ended as planned leaves.
    void keepWeights();
    /// Makes the next steps of the epoch; `at` is moved behind their samples.
    Outcome makeSteps(std::span<const std::uint32_t> order, std::size_t& at, bool single);
    /// Waits for the device and hands on what was measured.
    Outcome drain();
    /// Hands on everything up to the last step made: its figures and its parameters.
    Outcome publish();
    bool isSnapshotDue();
    /// Copies the parameters; false, and nothing published, where they are not all finite.
    bool takeSnapshot();
    Outcome stopCancelled();
    /// Goes back to the last finite parameters. @param what happened, as the beginning of a sentence.
    Outcome stopNonFinite(const std::string& what);
    /// Keeps what was learnt when an error ended the run. To be called from its handler.
    void endFailed(const std::string& why);
    double epochsDone() const;

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
    std::size_t m_stepsPerCall = 1;  ///< So many that one call takes about 2 ms.
    double m_drainedAt = 0;          ///< Training seconds at the last drain.
    Stopwatch m_sinceDrain;
    Stopwatch m_sinceSnapshot;
    std::vector<std::int64_t> m_snapshotSteps;
    std::size_t m_nextSnapshot = 0;
    SnapshotPtr m_lastFinite;
    SnapshotPtr m_best; ///< With StoppingSpec::patience: after the epoch with the least test loss so far.

    /// Sums over the epoch that is going on.
    struct EpochSums {
        double loss = 0;
        std::int64_t correct = 0;
        std::int64_t count = 0;
        double trainBegin = 0;
    } m_sums;
};

} // namespace kernelscope
