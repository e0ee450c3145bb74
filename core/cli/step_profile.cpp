// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/step_profile.h"

#include "base/error.h"
#include "base/stopwatch.h"

#include <algorithm>
#include <numeric>

namespace kernelscope {
namespace {

constexpr int warmUps = 3;
constexpr int repeats = 15;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + repeats / 2, values.end());
    return values[repeats / 2];
}

/// Names and FLOPs of the layers that a step covers.
StepProfile::Entry describeStep(const Step& step, const Plan& plan, int batchSize) {
    StepProfile::Entry entry;
    std::visit(
        [&](const auto& s) {
            if constexpr (requires { s.layerCount; }) {
                for (int i = s.firstLayer; i < s.firstLayer + s.layerCount; ++i) {
                    const LayerInfo& layer = plan.layers[static_cast<std::size_t>(i)];
                    entry.layers.append(entry.layers.empty() ? "" : " + ").append(layer.name);
                    entry.flops.forward += layer.flops.forward * batchSize;
                    entry.flops.backward += layer.flops.backward * batchSize;
                }
            } else {
                entry.layers = "softmax loss";
            }
        },
        step);
    return entry;
}

} // namespace

StepProfile profileSteps(Executor& executor, const DeviceInfo& device, std::span<const std::uint32_t> samples,
    std::int64_t step, float learningRate) {
    const Plan& plan = executor.plan();
    const auto batchSize = static_cast<int>(samples.size());
    std::vector<StepTimes> times;
    std::vector<double> whole;
    for (int i = 0; i < warmUps + repeats; ++i) {
        const BatchPlan batch{step + i, samples, batchSize, {&learningRate, 1}};
        StepTimes measured = executor.profile(batch);
        const Stopwatch watch;
        executor.trainSteps(batch);
        executor.drainMetrics();
        if (i < warmUps)
            continue;
        whole.push_back(watch.seconds());
        times.push_back(std::move(measured));
    }

    const auto medianOf = [&](const auto& part) {
        std::vector<double> values;
        for (const StepTimes& time : times)
            values.push_back(part(time));
        return median(std::move(values));
    };
    StepProfile profile{device, batchSize, {}, 0, median(std::move(whole))};
    profile.update = medianOf([](const StepTimes& time) { return time.update; });
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        profile.steps.push_back(describeStep(plan.steps[s], plan, batchSize));
        profile.steps[s].forward = medianOf([s](const StepTimes& time) { return time.steps[s].forward; });
        profile.steps[s].backward = medianOf([s](const StepTimes& time) { return time.steps[s].backward; });
    }
    return profile;
}

StepProfile profileSteps(const Backend& backend, const Network& network, const DataSetPtr& data, int batchSize) {
    const std::size_t available = data->info().trainCount;
    if (batchSize < 1 || static_cast<std::size_t>(batchSize) > available)
        throw Error({"Cannot measure a step with the batch", std::to_string(batchSize), "",
            "1 to " + std::to_string(available) + ", the training images", ""});
    std::vector<std::uint32_t> samples(static_cast<std::size_t>(batchSize));
    std::iota(samples.begin(), samples.end(), 0u);
    data->require(Split::Train, samples);
    TrainingSpec spec;
    spec.batchSize = batchSize;
    const std::unique_ptr<Executor> executor = backend.load(network, data, spec);
    executor->write(Arena::Parameters, initialParameters(executor->plan(), spec.seed));
    executor->write(Arena::State, initialState(executor->plan()));
    return profileSteps(*executor, backend.device(), samples, 1, spec.optimizer.learningRate);
}

} // namespace kernelscope
