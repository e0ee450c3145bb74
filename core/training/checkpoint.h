// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A run that can go on: everything that decides its next step.
#pragma once

#include "training/run_record.h"

#include <cstdint>
#include <memory>
#include <optional>
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

/// Numbers that tell data sets of the same measures apart.
struct DataFingerprint {
    std::uint64_t images = 0;            ///< Of some of the images and their labels, spread over all of them.
    std::optional<std::uint64_t> labels; ///< Of all labels. Checkpoints in the format's version 1 do not have it.
};

/// A run as it was after a step. One that goes on from here ends with the same bits as one that was never stopped, on
/// the same device with the same instruction set and number of threads. Immutable.
struct Checkpoint {
    RunRecord record;       ///< So far; one point for each step made, so they tell how many those are.
    float learningRate = 0; ///< In force: the specification's, or what the user changed it to.
    EpochSums sums;         ///< Of the epoch after record.epochs.
    DataFingerprint dataId;
    std::vector<float> parameters;
    std::vector<float> state;
    std::vector<float> moments;
    SnapshotPtr best; ///< The best weights so far, where the run keeps them; else null.

    std::int64_t step() const { return record.steps.empty() ? 0 : record.steps.back().step; }
};
using CheckpointPtr = std::shared_ptr<const Checkpoint>;

/// Of a data set; 64 images of each split are looked at.
DataFingerprint dataFingerprint(const DataSet& data);

/// Throws Error, naming what differs, unless the data is what the checkpoint's run was trained on, as far as the
/// checkpoint knows.
void requireSameData(const Checkpoint& checkpoint, const DataSet& data);

/// Why a run that began on one device and goes on on another will not be the same bit for bit, as a sentence; empty
/// where it will.
std::string resumeDifference(const DeviceInfo& before, const DeviceInfo& now);

} // namespace kernelscope
