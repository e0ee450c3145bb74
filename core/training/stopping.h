// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The rules by which a run ends before its last epoch, as pure functions of the epochs made: so whoever goes on with a
/// run finds them as they were left.
#pragma once

#include "training/run_record.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace kernelscope {

/// The epoch with the least test loss, the first of equals; 0 where there is none whose loss is a number. The loss is
/// finer than the accuracy, which is the same for many epochs in a row.
int bestEpoch(std::span<const EpochResult> epochs);

/// Whether a run ends after its last epoch so far: TargetReached or NoImprovement, else nothing.
std::optional<StopReason> stopsAfter(const StoppingSpec& spec, std::span<const EpochResult> epochs);

/// Why a run that ended as planned did so, and which weights it left, for people; empty where there is nothing to say
/// beyond "all epochs". @param keptEpoch RunRecord::keptEpoch.
std::string stopMessage(
    StopReason reason, const StoppingSpec& spec, std::span<const EpochResult> epochs, int keptEpoch);

/// The epoch that the run's weights belong to, where it was not cut short: RunRecord::keptEpoch, else the last.
/// @param record with at least one epoch.
inline const EpochResult& keptResult(const RunRecord& record) {
    const auto kept = static_cast<std::size_t>(record.keptEpoch);
    return kept > 0 && kept <= record.epochs.size() ? record.epochs[kept - 1] : record.epochs.back();
}

} // namespace kernelscope
