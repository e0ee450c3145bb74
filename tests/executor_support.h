// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What tests of executors share: images, executors with first weights, calls with one learning rate.
#pragma once

#include "check/case_data.h"
#include "training/backend.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// Images of random pixels with random labels.
inline DataSetPtr randomImages(Shape shape, int classes, std::size_t train, std::size_t test) {
    DataInfo info;
    info.name = "random";
    info.source = "test";
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
    return std::make_shared<const MemoryDataSet>(info, part(train, 1), part(test, 2));
}

inline std::vector<std::uint32_t> firstSamples(std::size_t count) {
    std::vector<std::uint32_t> samples(count);
    std::iota(samples.begin(), samples.end(), 0u);
    return samples;
}

inline std::vector<float> contents(const Executor& executor, Arena arena) {
    std::vector<float> values(executor.arenaSize(arena));
    executor.read(arena, values);
    return values;
}

inline bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    // An empty arena may have no address, which memcmp() must not be given.
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

/// Gives an executor its first weights.
inline void begin(Executor& executor, const TrainingSpec& spec) {
    executor.write(Arena::Parameters, initialParameters(executor.plan(), spec.seed));
    executor.write(Arena::State, initialState(executor.plan()));
}

/// An executor with first weights, ready to train.
inline std::unique_ptr<Executor> load(
    const Backend& backend, const Network& network, const DataSetPtr& data, const TrainingSpec& spec) {
    std::unique_ptr<Executor> executor = backend.load(network, data, spec);
    begin(*executor, spec);
    return executor;
}

inline void train(Executor& executor, std::span<const std::uint32_t> samples, int batchSize, std::int64_t firstStep = 1,
    float learningRate = 1e-3f) {
    BatchPlan batches{firstStep, samples, batchSize, {}};
    const std::vector<float> rates(batches.steps(), learningRate);
    batches.learningRates = rates;
    executor.trainSteps(batches);
}

inline TrainingSpec withBatch(int batchSize, OptimizerKind kind = OptimizerKind::Adam) {
    TrainingSpec spec;
    spec.batchSize = batchSize;
    spec.optimizer.kind = kind;
    return spec;
}

} // namespace kernelscope
