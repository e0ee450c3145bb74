// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How long an epoch would take, told from what a device was measured to do. Never from anything else: without a
/// measurement on the device there is no estimate.
#pragma once

#include "training/run_record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope {

/// What a device was measured to do while it trained.
struct MeasuredRate {
    std::string deviceId; ///< As in DeviceInfo: "cpu", "cuda:0".
    Network network;      ///< What was trained.
    int batchSize = 0;
    std::int64_t trainingFlops = 0; ///< For one image of that network, dense-equivalent.
    double imagesPerSecond = 0;
    int run = 0; ///< Number of the run that it comes from; 0: measured for the purpose.

    /// Dense-equivalent FLOP/s.
    double flopsPerSecond() const { return imagesPerSecond * static_cast<double>(trainingFlops); }
};

/// The rate of a run: of its whole epochs (the median), else of its steps but the first, which also warms up. Nothing
/// where less than two steps were made.
std::optional<MeasuredRate> rateOf(const RunRecord& record, int run);

/// An estimate and what it stands on.
struct EpochEstimate {
    /// How near the measured training is to the one that is asked about.
    enum class Basis {
        SameTraining, ///< The same network and batch: the time itself was measured.
        OtherBatch,   ///< The same network with another batch size.
        OtherNetwork, ///< Another network: by its FLOP/s.
    };
    double seconds = 0;
    Basis basis = Basis::OtherNetwork;
    MeasuredRate rate;
};

/// The epoch's training time (without evaluation) on a device, from the nearest of the measured rates: the same network
/// and batch, the same network, else the network whose FLOPs are nearest; the latest where several are.
/// @param rates in the order in which they were measured.
/// @param trainingFlops for one image of `network`. @param images that an epoch trains on.
std::optional<EpochEstimate> estimateEpoch(const std::vector<MeasuredRate>& rates, const std::string& deviceId,
    const Network& network, std::int64_t trainingFlops, int batchSize, std::size_t images);

} // namespace kernelscope
