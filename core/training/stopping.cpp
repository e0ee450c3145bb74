// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/stopping.h"

#include <cstdio>

namespace kernelscope {
namespace {

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
    return text;
}

std::string epochs(int count) {
    return std::to_string(count) + (count == 1 ? " epoch" : " epochs");
}

} // namespace

int bestEpoch(std::span<const EpochResult> epochs) {
    const EpochResult* best = nullptr;
    for (const EpochResult& epoch : epochs)
        if (best ? epoch.testLoss < best->testLoss : epoch.testLoss == epoch.testLoss) // not a number is no loss
            best = &epoch;
    return best ? best->epoch : 0;
}

std::optional<StopReason> stopsAfter(const StoppingSpec& spec, std::span<const EpochResult> epochs) {
    if (epochs.empty())
        return std::nullopt;
    const EpochResult& last = epochs.back();
    // As float, which is what the target is: 0.9 is reached by nine of ten.
    if (spec.targetAccuracy > 0 && static_cast<float>(last.testAccuracy) >= spec.targetAccuracy)
        return StopReason::TargetReached;
    if (spec.patience > 0 && last.epoch - bestEpoch(epochs) >= spec.patience)
        return StopReason::NoImprovement;
    return std::nullopt;
}

std::string stopMessage(StopReason reason, const StoppingSpec& spec, std::span<const EpochResult> made, int keptEpoch) {
    std::string message;
    if (reason == StopReason::TargetReached && !made.empty())
        message = "Epoch " + std::to_string(made.back().epoch) + " reached the target: test accuracy " +
                  percent(made.back().testAccuracy) + ", asked for " +
                  percent(static_cast<double>(spec.targetAccuracy)) + ".";
    if (reason == StopReason::NoImprovement)
        message = "The test loss has not fallen for " + epochs(spec.patience) + ".";
    if (keptEpoch > 0)
        message += (message.empty() ? "" : " ") + std::string("The weights are those after epoch ") +
                   std::to_string(keptEpoch) + ", which had the least test loss.";
    return message;
}

} // namespace kernelscope
