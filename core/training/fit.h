// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Whether a network and a data set belong together.
#pragma once

#include "training/backend.h"
#include "training/executor_checks.h"

#include <string>
#include <vector>

namespace kernelscope {

/// Throws Error naming both sides unless the images have the shape of the network's input and there are as many classes
/// as the network has outputs. Backends trust shapes and labels once this has passed.
void requireFit(const Plan& plan, const DataInfo& data);

/// requireBatch() for all batches of an epoch, also the last one, which may be smaller; says what to change.
/// @param trainCount the data set's training images.
void requireBatches(const Plan& plan, const TrainingSpec& spec, std::size_t trainCount);

/// Throws Error where a rule for stopping has no test image to go by.
void requireTest(const StoppingSpec& stopping, const DataInfo& data);

/// What is odd about the labels of the images that a run will train on, one sentence each, for people: classes of
/// which there is no image, or which have more than half of all. Such a run is possible, but learns less than it seems
/// to. Reads labels only, which are known even of images that are not made yet.
std::vector<std::string> labelWarnings(const DataSet& data, const TrainingSpec& spec);

} // namespace kernelscope
