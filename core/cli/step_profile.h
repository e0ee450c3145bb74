// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Where the time of a training step goes, measured on a device.
#pragma once

#include "training/backend.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// Medians over repeated training steps on one batch, after a warm-up.
struct StepProfile {
    /// One step of the executor's plan.
    struct Entry {
        std::string layers; ///< "conv1 + relu1 + pool1".
        Flops flops;        ///< For the batch, dense-equivalent.
        double forward = 0; ///< Seconds.
        double backward = 0;
    };
    DeviceInfo device;
    int batchSize = 0;
    std::vector<Entry> steps;
    double update = 0;    ///< Reduction of gradients and the optimizer, seconds.
    double wholeStep = 0; ///< One training step as training runs it, seconds: not the sum of the parts.
};

/// Measures on one batch of training images, for which DataSet::require() was called, with the executor's weights: they
/// and the count of steps go on. @param device of the executor; @param step number of the next one.
StepProfile profileSteps(Executor& executor, const DeviceInfo& device, std::span<const std::uint32_t> samples,
    std::int64_t step, float learningRate);

/// Measures on the first images of the training set, with first weights. Throws Error where the device cannot run the
/// network.
StepProfile profileSteps(const Backend& backend, const Network& network, const DataSetPtr& data, int batchSize);

} // namespace kernelscope
