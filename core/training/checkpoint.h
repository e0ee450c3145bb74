// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A run that can go on: everything that decides its next step.
#pragma once

#include "training/run_record.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

/// Sums over the training steps of the epoch that is going on.
struct EpochSums {
    double loss = 0; ///< Each image's, as its own batch saw it.
    std::int64_t correct = 0;
    std::int64_t count = 0;
    double trainSeconds = 0;
};

/// A run as it was after a step. One that goes on from here ends with the same bits as one that was never stopped, on
/// the same device with the same instruction set and number of threads. Immutable.
struct Checkpoint {
    RunRecord record;         ///< So far; one point for each step made, so they tell how many those are.
    float learningRate = 0;   ///< In force: the specification's, or what the user changed it to.
    EpochSums sums;           ///< Of the epoch after record.epochs.
    std::uint64_t dataId = 0; ///< See dataFingerprint().
    std::vector<float> parameters;
    std::vector<float> state;
    std::vector<float> moments;
    SnapshotPtr best; ///< The best weights so far, where the run keeps them; else null.

    std::int64_t step() const { return record.steps.empty() ? 0 : record.steps.back().step; }
};
using CheckpointPtr = std::shared_ptr<const Checkpoint>;

/// A number that tells data sets of the same measures apart: of some of their images and labels.
std::uint64_t dataFingerprint(const DataSet& data);

/// Throws Error, naming what differs, unless the data is what the checkpoint's run was trained on.
void requireSameData(const Checkpoint& checkpoint, const DataSet& data);

/// Why a run that began on one device and goes on on another will not be the same bit for bit, as a sentence; empty
/// where it will.
std::string resumeDifference(const DeviceInfo& before, const DeviceInfo& now);

} // namespace kernelscope
