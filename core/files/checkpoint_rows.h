// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a run's record has many of, as rows of float32 for the tensors of a checkpoint. What has more bits than a float
/// is the sum of two or three: whole numbers up to 2^48 and doubles between 1e-20 and 1e38 come back bit for bit.
#pragma once

#include "training/run_record.h"

#include <optional>
#include <span>
#include <vector>

namespace kernelscope {

constexpr std::size_t stepColumns = 7;
constexpr std::size_t epochColumns = 23;
constexpr std::size_t eventColumns = 3;

/// Shape [steps, stepColumns].
std::vector<float> rowsOf(std::span<const StepPoint> steps);
/// Shape [epochs, epochColumns].
std::vector<float> rowsOf(std::span<const EpochResult> epochs);
/// Shape [events, eventColumns].
std::vector<float> rowsOf(std::span<const RunEvent> events);

// What a row says, or nothing where no run can have had it after `before` (default-made for the first row).

/// @param batchSize of the run: no step has more images.
std::optional<StepPoint> stepOfRow(std::span<const float, stepColumns> row, const StepPoint& before, int batchSize);
std::optional<EpochResult> epochOfRow(std::span<const float, epochColumns> row, const EpochResult& before);
/// @param steps of the run: an event holds from one of them on, or from the next.
std::optional<RunEvent> eventOfRow(
    std::span<const float, eventColumns> row, const RunEvent& before, std::int64_t steps);

} // namespace kernelscope
