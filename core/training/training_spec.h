// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a run is to do, as plain data: optimizer, batch, epochs, seed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope {

/// How weights are moved along their gradients.
enum class OptimizerKind {
    Sgd,      ///< w -= learningRate * g.
    Momentum, ///< v = momentum * v - learningRate * g; w += v (as in Keras).
    Adam,     ///< D. P. Kingma and J. Ba, "Adam", 2015: algorithm 1, epsilon as in Keras (see optimizer.h).
};

/// An optimizer and its constants. The learning rate may be changed while running; this is the first one.
struct OptimizerSpec {
    OptimizerKind kind = OptimizerKind::Adam;
    float learningRate = 1e-3f;
    float momentum = 0.9f; ///< Momentum only.
    float beta1 = 0.9f;    ///< Adam only, as the next two.
    float beta2 = 0.999f;
    float epsilon = 1e-7f; ///< Keras's default.
    bool operator==(const OptimizerSpec&) const = default;
};

/// Everything that, with the network, the data and the device, decides a run's result.
struct TrainingSpec {
    OptimizerSpec optimizer;
    int batchSize = 32; ///< Images a step; an epoch's last batch is smaller where it does not divide.
    int epochs = 5;
    std::uint64_t seed = 1;       ///< Of first weights and of the order of samples.
    std::size_t trainSamples = 0; ///< Only the first so many training images; 0: all.
    bool operator==(const TrainingSpec&) const = default;
};

/// Throws Error naming the field when a value is out of range: batch size 1 to 65536, epochs 1 to 100000, learning rate
/// finite and > 0, momentum and betas in [0, 1), epsilon > 0, trainSamples at most available (the data set's count).
void validate(const TrainingSpec& spec, std::size_t available);

/// Steps of one epoch over a data set of so many training images; the last one may hold fewer images. At least 1.
std::int64_t stepsPerEpoch(const TrainingSpec& spec, std::size_t trainCount);

/// "sgd", "momentum" or "adam", as in records and on the command line.
const char* name(OptimizerKind kind);

} // namespace kernelscope
