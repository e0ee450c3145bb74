// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs a training from first weights to the last epoch, on any backend.
#pragma once

#include "training/checkpoint.h"
#include "training/run_control.h"
#include "training/run_keeper.h"
#include "training/run_record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// What to train, on what, how.
struct RunSetup {
    Network network;
    TrainingSpec spec;
    std::string deviceId = "cpu"; ///< See devices/devices.h.
    DataSetPtr data;
    /// Where the run goes on; null: it begins with first weights. Network and specification are the checkpoint's.
    CheckpointPtr resume = nullptr;
    RunFiles files = {}; ///< What is written while the run goes on.
};

/// The setup of a run that goes on from a checkpoint.
RunSetup resumeSetup(CheckpointPtr checkpoint, std::string deviceId, DataSetPtr data);

/// Receives what happens in a run, in the trainer's thread. Each function does nothing unless overridden; none may
/// throw.
class RunObserver {
public:
    virtual ~RunObserver() = default;

    /// The device is loaded, the first step is about to begin. The record holds all but results.
    virtual void started(const RunRecord&) {}
    /// Steps were made: their points in order, each exactly once.
    virtual void stepsMade(std::span<const StepPoint>) {}
    /// An epoch and its evaluation are done.
    virtual void epochDone(const EpochResult&) {}
    /// What the network takes the test images for after the epoch that was last done.
    virtual void predicted(const EpochPredictionsPtr&) {}
    /// The learning rate was changed.
    virtual void eventHappened(const RunEvent&) {}
    /// A copy of the parameters.
    virtual void snapshotTaken(const SnapshotPtr&) {}
    /// Test images evaluated so far in the evaluation that is going on.
    virtual void evaluating(std::size_t /*done*/, std::size_t /*total*/) {}
    /// Something that the user should know though the run goes on: a checkpoint that could not be written, or a run
    /// that goes on on another device than it began on.
    virtual void warned(const std::string& /*message*/) {}
    /// Whether a snapshot for the eyes is wanted now. Asked between steps; be quick.
    virtual bool wantsSnapshot() { return false; }
};

/// A training run. Everything happens in the thread that calls run().
class Trainer {
public:
    /// Validates network, specification and data together, before anything is allocated. Throws Error, also for a
    /// checkpoint of a run that was another or had other data.
    explicit Trainer(RunSetup setup);

    /// Opens the device and trains until done, cancelled or no longer finite. Throws Error when the device fails.
    RunResult run(RunControl& control, RunObserver& observer);

    /// Steps of one epoch and of the whole run.
    std::int64_t stepsPerEpoch() const;
    std::int64_t totalSteps() const;

private:
    RunSetup m_setup;
    Plan m_plan;
};

/// The order in which an epoch (1 for the first) visits `count` samples: a shuffle by the seed, the same everywhere.
std::vector<std::uint32_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count);

/// Steps at which a run keeps a snapshot for replay: all of the first ones, then ever rarer, about 300 a run.
/// @param totalSteps of the run; @param snapshotBytes of one, so that all together stay below 256 MB.
std::vector<std::int64_t> snapshotSteps(std::int64_t totalSteps, std::size_t snapshotBytes);

} // namespace kernelscope
