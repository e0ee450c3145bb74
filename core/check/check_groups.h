// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The groups of cases that deviceChecks() joins, and what they share.
#pragma once

#include "check/device_check.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace kernelscope::check {

/// One training step of each row of the table.
std::vector<CheckCase> layerChecks();
/// Each optimizer with weight decay, and the refusal to update after a loss that is not finite.
std::vector<CheckCase> updateChecks();
/// Augmented training images bit for bit, and what test images are taken for.
std::vector<CheckCase> imageChecks();
/// What dropout drops, bit for bit.
std::vector<CheckCase> dropoutChecks();
/// The same run twice, and cut into pieces, bit for bit.
std::vector<CheckCase> repetitionChecks();
/// Short runs of whole networks on the built-in digits.
std::vector<CheckCase> trainingChecks();

/// Images of random pixels, with random labels.
DataSetPtr randomImages(Shape shape, int classes, std::size_t train, std::size_t test);

/// An executor with the specification's first weights, ready to train.
std::unique_ptr<Executor> loadForTraining(
    const Backend& backend, const Network& network, const DataSetPtr& data, const TrainingSpec& spec);

/// Trains on the samples, at one learning rate. @param firstStep as BatchPlan::firstStep.
void trainOn(Executor& executor, std::span<const std::uint32_t> samples, int batchSize, std::int64_t firstStep,
    float learningRate);

/// 0, 1, 2 and so on.
std::vector<std::uint32_t> firstSamples(std::size_t count);

/// A copy of an arena.
std::vector<float> contentsOf(const Executor& executor, Arena arena);

/// How many values differ in any bit.
std::size_t differingValues(std::span<const float> a, std::span<const float> b);

} // namespace kernelscope::check
