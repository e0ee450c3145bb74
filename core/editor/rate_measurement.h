// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A short measurement of how fast a device trains a network.
#pragma once

#include "editor/epoch_estimate.h"
#include "training/trainer.h"

#include <atomic>
#include <optional>

namespace kernelscope {

/// How long a measurement goes on.
struct MeasurementBudget {
    double seconds = 1.0;       ///< Of steps that count, after the warm-up.
    std::size_t leastSteps = 2; ///< Even where these take longer.
};

/// Trains the set-up's network on its device for about so long, from first weights which are then thrown away: one call
/// to warm up, then calls of a few steps, each timed until the device is done. Data that must be made first is made
/// before the clock starts. Blocks: call it in a thread of its own.
/// @param isCancelled is looked at between calls; nothing comes back then.
/// Throws Error where the set-up is not possible or the device fails.
std::optional<MeasuredRate> measureRate(
    const RunSetup& setup, const MeasurementBudget& budget, const std::atomic<bool>& isCancelled);

} // namespace kernelscope
