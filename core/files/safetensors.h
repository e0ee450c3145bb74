// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Weights as safetensors: u64 little-endian header length, JSON header, then the values, as the format is published.
#pragma once

#include "network/plan.h"
#include "training/run_record.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// Weights read from a file, with the network that they belong to.
struct WeightsFile {
    Network network;
    std::vector<float> parameters;               ///< In the plan's canonical order.
    std::vector<float> state;                    ///< Likewise: running statistics.
    std::map<std::string, std::string> metadata; ///< All of the file's "__metadata__".
};

/// Values read for a network that was known.
struct WeightValues {
    std::vector<float> parameters;
    std::vector<float> state;
};

/// Saves parameters and state under the plan's names ("conv1.weight", "batchnorm1.running_mean"; float32, OIHW or
/// [out, in]) atomically. The network's JSON goes into the metadata under "network", so that the file alone can be
/// evaluated. @param state empty where the network has none; @param metadata more to add.
void saveWeights(const std::filesystem::path& path, const Plan& plan, std::span<const float> parameters,
    std::span<const float> state = {}, const std::map<std::string, std::string>& metadata = {});

/// Saves a run's weights with what is known of them: program, data, date, step and seed. The one way in which the
/// window and the command line save.
void saveWeights(const std::filesystem::path& path, const RunResult& run);

/// Reads what saveWeights() wrote. Every size is checked against the file before anything is allocated. Throws Error
/// naming the file and the tensor or field, what was found and what was expected.
WeightsFile loadWeights(const std::filesystem::path& path);

/// Reads weights for a given network, from a file with or without a network in its metadata.
WeightValues loadWeights(const std::filesystem::path& path, const Plan& plan);

} // namespace kernelscope
