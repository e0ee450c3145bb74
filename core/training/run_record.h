// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What is known of a run afterwards, and the snapshots it leaves.
#pragma once

#include "training/backend.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

/// One training step on the curves.
struct StepPoint {
    std::int64_t step = 0; ///< 1 for the first.
    double seconds = 0;    ///< Training time since the run's first step, without pauses and evaluation.
    float loss = 0;        ///< Mean over the batch, before the update.
    int correct = 0;
    int count = 0;
};

/// The figures of one whole epoch.
struct EpochResult {
    int epoch = 0;             ///< 1 for the first.
    std::int64_t lastStep = 0; ///< Number of its last step.
    double trainLoss = 0;      ///< Mean over the epoch's images, each as its own batch saw it.
    double trainAccuracy = 0;  ///< 0 to 1, likewise.
    double testLoss = 0;
    double testAccuracy = 0; ///< 0 to 1, over the whole test set.
    double trainSeconds = 0; ///< Wall-clock of the steps alone: no pauses, no evaluation, no waiting for data.
    double testSeconds = 0;
    double endSeconds = 0; ///< StepPoint::seconds at its end.
};

/// Something that the user did to a running training.
struct RunEvent {
    enum class Kind { LearningRate };
    Kind kind = Kind::LearningRate;
    std::int64_t step = 0; ///< The first step that it holds for.
    float value = 0;       ///< What takes OptimizerSpec::learningRate's place: a schedule goes on from it, scaled.
};

/// Where the wall-clock of a run went, in seconds.
struct PhaseTimes {
    double load = 0;     ///< Compiling the network for the device and allocating.
    double data = 0;     ///< Waiting for samples that were not made yet.
    double train = 0;    ///< Training steps.
    double test = 0;     ///< Evaluation.
    double snapshot = 0; ///< Copying parameters for views and replay.
    double paused = 0;
};

/// Why a run ended.
enum class StopReason {
    Completed,     ///< All epochs.
    Stopped,       ///< By the user or a signal; what was learnt is kept.
    NonFinite,     ///< The loss became infinite or not a number; weights are of the last finite snapshot.
    Failed,        ///< An error ended it; what was measured and the last snapshot are kept, the message is the error's.
    TargetReached, ///< The test accuracy came up to StoppingSpec::targetAccuracy.
    NoImprovement, ///< The test loss had no new least for StoppingSpec::patience epochs.
    Running,       ///< Not over when the record was written: saved while the run went on, or left by a crash.
};

/// "completed", "stopped", "non-finite", "failed", "target-reached", "no-improvement" or "running".
const char* name(StopReason reason);

/// Whether the run came to the end that it was set up for: all epochs, or one of its own rules for stopping.
constexpr bool endedAsPlanned(StopReason reason) {
    return reason == StopReason::Completed || reason == StopReason::TargetReached ||
           reason == StopReason::NoImprovement;
}

/// What this program was built from and with.
struct BuildInfo {
    std::string version;  ///< "0.1.0".
    std::string commit;   ///< Short hash, or "unknown".
    std::string compiler; ///< "GCC 12.2.0".
    std::string type;     ///< "Release".
};

/// Of this build.
BuildInfo buildInfo();

/// A run in figures.
struct RunRecord {
    DeviceInfo device;
    Network network;
    TrainingSpec spec;
    DataInfo data;
    std::vector<StepPoint> steps;
    std::vector<EpochResult> epochs;
    std::vector<RunEvent> events;
    PhaseTimes phases;
    StopReason stop = StopReason::Completed;
    std::string message; ///< One sentence where there is more to say than the reason.
    /// The epoch whose weights the run left, where it kept the best ones (StoppingSpec::patience) and was not cut
    /// short; 0: the weights after the last step.
    int keptEpoch = 0;
    BuildInfo build;
    std::string date; ///< Start, UTC, ISO 8601: "2030-01-31T12:00:00Z".
};

/// Parameters as they were after a step; immutable, shared by views, files and replay.
struct Snapshot {
    std::int64_t step = 0; ///< Updates made; 0: the first weights.
    double epoch = 0;      ///< Epochs done, as a fraction.
    double seconds = 0;    ///< As StepPoint::seconds.
    std::vector<float> parameters;
    std::vector<float> state;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// What a run leaves: its figures and its last finite weights, or those of RunRecord::keptEpoch.
struct RunResult {
    RunRecord record;
    SnapshotPtr weights;
};

} // namespace kernelscope
