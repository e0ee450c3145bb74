// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/training_spec.h"

#include "base/error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace kernelscope {
namespace {

void require(bool ok, const char* field, double found, const std::string& expected) {
    if (ok)
        return;
    char text[32];
    std::snprintf(text, sizeof text, "%.7g", found); // as short as the value allows: 0, 1e-07, nan
    throw Error({"Cannot train with the hyperparameter", field, text, expected, ""});
}

} // namespace

void validate(const TrainingSpec& spec, std::size_t available) {
    const OptimizerSpec& o = spec.optimizer;
    require(spec.batchSize >= 1 && spec.batchSize <= 65536, "batchSize", spec.batchSize, "1 to 65536");
    require(spec.epochs >= 1 && spec.epochs <= 100000, "epochs", spec.epochs, "1 to 100000");
    require(std::isfinite(o.learningRate) && o.learningRate > 0, "learningRate", static_cast<double>(o.learningRate),
        "a finite number above 0");
    require(o.momentum >= 0 && o.momentum < 1, "momentum", static_cast<double>(o.momentum), "0 or more, below 1");
    require(o.beta1 >= 0 && o.beta1 < 1, "beta1", static_cast<double>(o.beta1), "0 or more, below 1");
    require(o.beta2 >= 0 && o.beta2 < 1, "beta2", static_cast<double>(o.beta2), "0 or more, below 1");
    require(std::isfinite(o.epsilon) && o.epsilon > 0, "epsilon", static_cast<double>(o.epsilon),
        "a finite number above 0");
    require(o.weightDecay >= 0 && o.weightDecay <= 1, "weightDecay", static_cast<double>(o.weightDecay), "0 to 1");
    const ScheduleSpec& schedule = spec.schedule;
    require(
        schedule.stepEpochs >= 1 && schedule.stepEpochs <= 100000, "stepEpochs", schedule.stepEpochs, "1 to 100000");
    require(schedule.stepFactor > 0 && schedule.stepFactor <= 1, "stepFactor", static_cast<double>(schedule.stepFactor),
        "above 0, at most 1");
    require(schedule.warmupEpochs >= 0 && schedule.warmupEpochs <= 100000, "warmupEpochs",
        static_cast<double>(schedule.warmupEpochs), "0 to 100000");
    require(spec.augmentation.shift >= 0 && spec.augmentation.shift <= greatestShift(), "shift",
        spec.augmentation.shift, "0 to " + std::to_string(greatestShift()));
    require(spec.stopping.targetAccuracy >= 0 && spec.stopping.targetAccuracy <= 1, "targetAccuracy",
        static_cast<double>(spec.stopping.targetAccuracy), "0 to 1");
    require(spec.stopping.patience >= 0 && spec.stopping.patience <= 100000, "patience", spec.stopping.patience,
        "0 to 100000");
    require(available >= 1, "trainSamples", 0, "at least one training image in the data set");
    require(spec.trainSamples <= available, "trainSamples", static_cast<double>(spec.trainSamples),
        "at most " + std::to_string(available) + ", the data set's training images (0: all)");
}

std::int64_t stepsPerEpoch(const TrainingSpec& spec, std::size_t trainCount) {
    const std::size_t images = spec.trainSamples ? spec.trainSamples : trainCount;
    const auto batch = static_cast<std::size_t>(std::max(spec.batchSize, 1));
    return static_cast<std::int64_t>(std::max<std::size_t>(1, (images + batch - 1) / batch));
}

const char* name(OptimizerKind kind) {
    switch (kind) {
    case OptimizerKind::Sgd:
        return "sgd";
    case OptimizerKind::Momentum:
        return "momentum";
    case OptimizerKind::Nesterov:
        return "nesterov";
    case OptimizerKind::AdamW:
        return "adamw";
    case OptimizerKind::Adam:
        break;
    }
    return "adam";
}

} // namespace kernelscope
