// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The options of `train`.
#pragma once

#include "training/trainer.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace kernelscope {

/// What was asked for on the command line.
struct TrainOptions {
    std::string data = "digits";
    std::string model = "classic";
    std::string device = "cpu";
    std::string optimizer = "adam";
    std::optional<float> learningRate;
    std::optional<float> weightDecay;
    std::string schedule = "constant";
    TrainingSpec spec;
    std::string record;
    std::string weights;
    std::string checkpoint;
    std::string resume;
    double checkpointSeconds = RunFiles().checkpointSeconds;
    bool namesData = false;   ///< --data was given.
    bool namesDevice = false; ///< --device was given.
    bool json = false;
};

/// What the options say of how to train.
TrainingSpec specOf(const TrainOptions& options);

/// Declares all options of the command `sub`, which they must outlive.
void addTrainOptions(CLI::App& sub, TrainOptions& options);

} // namespace kernelscope
