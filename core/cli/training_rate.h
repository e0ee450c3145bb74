// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How fast a device trains a network: measured several times over, with what it computed and where the time went.
#pragma once

#include "cli/step_profile.h"
#include "training/backend.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kernelscope {

/// How to measure.
struct RateBudget {
    double seconds = 3;  ///< Of all repeats together.
    int repeats = 5;     ///< Stretches of equal length, each a measurement of its own.
    double warmUp = 0.5; ///< Seconds of training before the first: caches, clocks, and a GPU's first launches.
};

/// One stretch of training steps.
struct RateRepeat {
    std::int64_t images = 0;
    double seconds = 0;          ///< By the clock on the wall.
    double processorSeconds = 0; ///< That the process computed, all its threads together.
    double flops = 0;            ///< Executed; 0 where the device does not count.

    double imagesPerSecond() const { return static_cast<double>(images) / seconds; }
};

/// What was measured.
struct TrainingRate {
    DeviceInfo device;
    int batchSize = 0;
    std::size_t distinctImages = 0; ///< That were gone round and round.
    std::int64_t steps = 0;         ///< In the repeats, without the warm-up.
    std::vector<RateRepeat> repeats;
    double warmUpSeconds = 0;
    std::int64_t denseFlops = 0; ///< An image's training step, counted densely from the shapes.
    float loss = 0;              ///< Mean over the last step's batch: finite, or there would be an error.
    StepProfile profile;         ///< Of a batch of these images, with the weights trained so far.

    /// A figure of each repeat: the one in the middle, which one disturbance does not move.
    double medianImagesPerSecond() const;
    double leastImagesPerSecond() const;
    double mostImagesPerSecond() const;
    /// Cores' worth of computing that the process got: near `device.threads` on a quiet machine, less where something
    /// else was computing too.
    double processorShare() const;
    /// Floating-point operations that an image took; 0 where the device does not count.
    double executedFlopsPerImage() const;
};

/// Trains the network from first weights, which are then thrown away, on its data's first images (at most 8192) in a
/// shuffled order. Data that is made while it is used is made before the clock starts. Throws Error where network, data
/// and batch do not fit, where the device fails, and where the loss becomes infinite, for steps without an update are
/// faster than others.
TrainingRate measureTrainingRate(const Backend& backend, const Network& network, const DataSetPtr& data,
    const TrainingSpec& spec, const RateBudget& budget);

} // namespace kernelscope
