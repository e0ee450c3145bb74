// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kernelscope {
namespace {

/// From `begin` to `end` along half a cosine. @param part 0 to 1.
double annealed(double begin, double end, double part) {
    return end + (begin - end) / 2 * (1 + std::cos(std::numbers::pi * part));
}

/// @param step 0 for the first of `steps`.
double oneCycle(std::int64_t step, std::int64_t steps) {
    constexpr double risingShare = 0.3;
    constexpr double first = 1.0 / 25;
    constexpr double last = first / 1e4;
    const auto at = static_cast<double>(step);
    const double top = risingShare * static_cast<double>(steps) - 1;
    const double end = static_cast<double>(steps) - 1;
    if (at <= top)
        return annealed(first, 1, top > 0 ? at / top : 1);
    return annealed(1, last, (at - top) / (end - top));
}

/// @param step 0 for the first after the warm-up; @param steps of them.
double mainFactor(const ScheduleSpec& spec, std::int64_t step, std::int64_t steps, std::int64_t epochsDone) {
    switch (spec.kind) {
    case ScheduleKind::Steps:
        return std::pow(static_cast<double>(spec.stepFactor), static_cast<double>(epochsDone / spec.stepEpochs));
    case ScheduleKind::Cosine:
        return annealed(1, 0, static_cast<double>(step) / static_cast<double>(steps));
    case ScheduleKind::OneCycle:
        return oneCycle(step, steps);
    case ScheduleKind::Constant:
        break;
    }
    return 1;
}

} // namespace

std::int64_t warmupSteps(const ScheduleSpec& spec, std::int64_t stepsPerEpoch) {
    return std::llround(static_cast<double>(spec.warmupEpochs) * static_cast<double>(stepsPerEpoch));
}

double scheduleFactor(
    const ScheduleSpec& spec, std::int64_t step, std::int64_t totalSteps, std::int64_t stepsPerEpoch) {
    const std::int64_t warmup = warmupSteps(spec, stepsPerEpoch);
    const std::int64_t steps = std::max<std::int64_t>(totalSteps - warmup, 1);
    const std::int64_t epochsDone = (step - 1) / stepsPerEpoch;
    if (step <= warmup)
        return mainFactor(spec, 0, steps, epochsDone) * static_cast<double>(step) / static_cast<double>(warmup);
    return mainFactor(spec, step - 1 - warmup, steps, epochsDone);
}

float learningRateAt(const ScheduleSpec& spec, float learningRate, std::int64_t step, std::int64_t totalSteps,
    std::int64_t stepsPerEpoch) {
    return static_cast<float>(
        static_cast<double>(learningRate) * scheduleFactor(spec, step, totalSteps, stepsPerEpoch));
}

const char* name(ScheduleKind kind) {
    switch (kind) {
    case ScheduleKind::Constant:
        break;
    case ScheduleKind::Steps:
        return "step";
    case ScheduleKind::Cosine:
        return "cosine";
    case ScheduleKind::OneCycle:
        return "one-cycle";
    }
    return "constant";
}

} // namespace kernelscope
