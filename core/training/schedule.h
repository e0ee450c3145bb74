// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the learning rate changes over a run.
#pragma once

#include <array>
#include <cstdint>

namespace kernelscope {

/// The course of the learning rate, after the warm-up.
enum class ScheduleKind {
    Constant, ///< The same throughout.
    Steps,    ///< Times a factor every so many epochs.
    Cosine,   ///< Down to 0 along half a cosine: I. Loshchilov and F. Hutter, "SGDR", 2017, without restarts.
    OneCycle, ///< Up, then down to almost nothing: L. N. Smith and N. Topin, "Super-convergence", 2018.
};

/// All of them, in the order in which people are shown them.
inline constexpr std::array allSchedules{
    ScheduleKind::Constant, ScheduleKind::Steps, ScheduleKind::Cosine, ScheduleKind::OneCycle};

/// A schedule and its constants. The learning rate that it starts from is the optimizer's; for OneCycle that is the
/// greatest one.
struct ScheduleSpec {
    ScheduleKind kind = ScheduleKind::Constant;
    int stepEpochs = 1;      ///< Steps only: the factor is applied after each so many epochs.
    float stepFactor = 0.5f; ///< Steps only: above 0, at most 1.
    float warmupEpochs = 0;  ///< The learning rate first rises in a line, over so many epochs; 0: at once.
    bool operator==(const ScheduleSpec&) const = default;
};

/// Training steps of the warm-up.
std::int64_t warmupSteps(const ScheduleSpec& spec, std::int64_t stepsPerEpoch);

/// What the optimizer's learning rate is multiplied by at a step.
///
/// - Warm-up of w steps: step / w of the value with which the schedule begins, so that step w is the first with all of
///   it. What follows has the other steps (totalSteps - w) for itself; only Steps counts its epochs from the run's
///   first.
/// - Cosine over n steps, at its step i (0 for the first): (1 + cos(pi * i / n)) / 2, as PyTorch's CosineAnnealingLR
///   with T_max = n.
/// - OneCycle: as PyTorch's OneCycleLR with its defaults: from 1 / 25 up to 1 over the first 30 % of the steps, then
///   down to 1 / 250,000, both along half a cosine.
///
/// @param step 1 for the run's first; @param totalSteps of the run; @param stepsPerEpoch at least 1.
double scheduleFactor(const ScheduleSpec& spec, std::int64_t step, std::int64_t totalSteps, std::int64_t stepsPerEpoch);

/// The learning rate of a step: scheduleFactor() times the optimizer's. Whoever changes the learning rate while a run
/// goes on changes the optimizer's, so the rest of the schedule is scaled with it.
/// @param learningRate OptimizerSpec::learningRate, or what it was changed to.
float learningRateAt(const ScheduleSpec& spec, float learningRate, std::int64_t step, std::int64_t totalSteps,
    std::int64_t stepsPerEpoch);

/// "constant", "step", "cosine" or "one-cycle", as in records and on the command line.
const char* name(ScheduleKind kind);

} // namespace kernelscope
