// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a run is to do, as plain data: optimizer, schedule, batch, epochs, seed, augmentation, when to stop.
#pragma once

#include "data/augmentation.h"
#include "training/schedule.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kernelscope {

/// How weights are moved along their gradients.
enum class OptimizerKind {
    Sgd,      ///< w -= learningRate * g.
    Momentum, ///< v = momentum * v - learningRate * g; w += v (as in Keras).
    Adam,     ///< D. P. Kingma and J. Ba, "Adam", 2015: algorithm 1, epsilon as in Keras (see optimizer.h).
    Nesterov, ///< v as Momentum's; w += momentum * v - learningRate * g (as in Keras).
    AdamW,    ///< Adam with I. Loshchilov and F. Hutter's "Decoupled weight decay", 2019.
};

/// All of them, in the order in which people are shown them.
inline constexpr std::array allOptimizers{
    OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Nesterov, OptimizerKind::Adam, OptimizerKind::AdamW};

/// Whether the optimizer keeps a velocity, which OptimizerSpec::momentum is for.
constexpr bool hasMomentum(OptimizerKind kind) {
    return kind == OptimizerKind::Momentum || kind == OptimizerKind::Nesterov;
}

/// Whether it is Adam or of its kind, with two betas and an epsilon.
constexpr bool isAdaptive(OptimizerKind kind) {
    return kind == OptimizerKind::Adam || kind == OptimizerKind::AdamW;
}

/// The learning rate to begin with where none is asked for: Keras's, 0.001 for Adam's kind and 0.01 for the others.
constexpr float usualLearningRate(OptimizerKind kind) {
    return isAdaptive(kind) ? 1e-3f : 1e-2f;
}

/// The weight decay where none is asked for: 0.01 for AdamW, as in PyTorch, else none.
constexpr float usualWeightDecay(OptimizerKind kind) {
    return kind == OptimizerKind::AdamW ? 0.01f : 0.0f;
}

/// An optimizer and its constants. The learning rate may be changed while running; this is the first one.
struct OptimizerSpec {
    OptimizerKind kind = OptimizerKind::Adam;
    float learningRate = 1e-3f;
    float momentum = 0.9f; ///< Momentum and Nesterov only.
    float beta1 = 0.9f;    ///< Adam and AdamW only, as the next two.
    float beta2 = 0.999f;
    float epsilon = 1e-7f; ///< Keras's default.
    /// How strongly weights are drawn to zero. AdamW: w -= learningRate * weightDecay * w, apart from the gradient's
    /// step; the others: weightDecay * w is added to the gradient (L2), as PyTorch's weight_decay. Only kernels and
    /// matrices decay (see isDecayed()).
    float weightDecay = 0;
    bool operator==(const OptimizerSpec&) const = default;
};

/// When a run ends before its last epoch. Both rules look at the test after each epoch.
struct StoppingSpec {
    float targetAccuracy = 0; ///< The run ends once the test accuracy is as high, 0 to 1; 0: no target.
    /// The run ends after so many epochs in a row without a new least test loss, and the weights of the epoch with the
    /// least are kept, also where all epochs are made. 0: no such rule, the last weights are kept.
    int patience = 0;
    bool operator==(const StoppingSpec&) const = default;
};

/// Everything that, with the network, the data and the device, decides a run's result.
struct TrainingSpec {
    OptimizerSpec optimizer;
    int batchSize = 32; ///< Images a step; an epoch's last batch is smaller where it does not divide.
    int epochs = 5;
    std::uint64_t seed = 1;       ///< Of first weights, of the order of samples, of dropout and of augmentation.
    std::size_t trainSamples = 0; ///< Only the first so many training images; 0: all.
    ScheduleSpec schedule;
    AugmentationSpec augmentation;
    StoppingSpec stopping;
    bool operator==(const TrainingSpec&) const = default;
};

/// Throws Error naming the field when a value is out of range: batch size 1 to 65536, epochs 1 to 100000, learning rate
/// finite and > 0, momentum and betas in [0, 1), epsilon > 0, weight decay in [0, 1], trainSamples at most available
/// (the data set's count), step epochs and patience up to 100000, step factor in (0, 1], warm-up 0 to 100000 epochs,
/// shift 0 to greatestShift(), target accuracy in [0, 1].
void validate(const TrainingSpec& spec, std::size_t available);

/// Steps of one epoch over a data set of so many training images; the last one may hold fewer images. At least 1.
std::int64_t stepsPerEpoch(const TrainingSpec& spec, std::size_t trainCount);

/// "sgd", "momentum", "nesterov", "adam" or "adamw", as in records and on the command line.
const char* name(OptimizerKind kind);

} // namespace kernelscope
