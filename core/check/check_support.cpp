// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_data.h"
#include "check/check_groups.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>
#include <utility>

namespace kernelscope::check {

DataSetPtr randomImages(Shape shape, int classes, std::size_t train, std::size_t test) {
    DataInfo info;
    info.name = "random images";
    info.source = "check";
    info.shape = shape;
    info.classes = classes;
    for (int c = 0; c < classes; ++c)
        info.classNames.push_back(std::to_string(c));
    const auto part = [&](std::size_t count, std::uint32_t purpose) {
        MemoryDataSet::Part result;
        for (std::size_t i = 0; i < count * shape.size(); ++i)
            result.pixels.push_back(static_cast<std::uint8_t>(layer_cases::word(1, purpose, 0, i) >> 24));
        for (std::size_t i = 0; i < count; ++i)
            result.labels.push_back(
                static_cast<std::uint8_t>(layer_cases::word(1, purpose, 1, i) % static_cast<std::uint32_t>(classes)));
        return result;
    };
    return std::make_shared<const MemoryDataSet>(std::move(info), part(train, 1), part(test, 2));
}

std::unique_ptr<Executor> loadForTraining(
    const Backend& backend, const Network& network, const DataSetPtr& data, const TrainingSpec& spec) {
    const Plan plan = compile(network, Fusion::Off);
    std::unique_ptr<Executor> executor = backend.load(network, data, spec);
    executor->write(Arena::Parameters, initialParameters(plan, spec.seed));
    executor->write(Arena::State, initialState(plan));
    return executor;
}

void trainOn(Executor& executor, std::span<const std::uint32_t> samples, int batchSize, std::int64_t firstStep,
    float learningRate) {
    BatchPlan batches{firstStep, samples, batchSize, {}};
    const std::vector<float> rates(batches.steps(), learningRate);
    batches.learningRates = rates;
    executor.trainSteps(batches);
}

std::vector<std::uint32_t> firstSamples(std::size_t count) {
    std::vector<std::uint32_t> samples(count);
    std::iota(samples.begin(), samples.end(), 0u);
    return samples;
}

std::vector<float> contentsOf(const Executor& executor, Arena arena) {
    std::vector<float> values(executor.arenaSize(arena));
    executor.read(arena, values);
    return values;
}

std::size_t differingValues(std::span<const float> a, std::span<const float> b) {
    std::size_t differing = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        differing += std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i]);
    return differing;
}

} // namespace kernelscope::check
