// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// An executor that computes nothing, behaves like an asynchronous device and keeps book of every call: for tests of
/// the training loop alone.
#pragma once

#include "training/backend.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

namespace kernelscope {

/// The first parameter counts the updates made; the loss of step n is 1 / n; half of each batch is right.
class FakeExecutor final : public Executor {
public:
    explicit FakeExecutor(const Network& network) : m_plan(compile(network)), m_parameters(m_plan.parameterCount) {}

    /// What was asked for.
    struct Call {
        std::int64_t firstStep = 0;
        std::vector<std::uint32_t> samples;
        std::vector<float> learningRates;
        std::size_t steps = 0;
    };
    std::vector<Call> calls;
    int drains = 0;
    bool trainedOn = false; ///< Steps were handed in although a drain had told of a loss that is not finite.
    std::size_t evaluatedImages = 0;
    /// Steps handed in that no drain has told of.
    std::size_t undrained() const { return m_waiting.size(); }
    /// Reads of the parameters while steps were undrained.
    int readsOfUndrained() const { return m_readsOfUndrained; }
    /// Whether every copy that was begun was taken.
    bool allCopiesTaken() const { return m_copies.none(); }

    /// Copies of the parameters that it makes while it trains on; 0: it offers none.
    std::size_t mostCopies = 0;
    int copiesOfUndrained = 0;    ///< Copies begun while steps were undrained.
    std::size_t mostUnderWay = 0; ///< Of them at once.

    std::int64_t nonFiniteFrom = std::numeric_limits<std::int64_t>::max();   ///< First step whose loss is NaN.
    std::int64_t spoilsWeightsAt = std::numeric_limits<std::int64_t>::max(); ///< The step whose update makes one NaN.
    std::function<void(const Call&)> onTrain = [](const Call&) {};
    std::function<void()> onRead = [] {};
    /// Mean loss over test images, by the updates made.
    std::function<double(float)> testLoss = [](float) { return 0.5; };
    std::function<void(SampleRange)> onEvaluate = [](SampleRange) {};

    const Plan& plan() const override { return m_plan; }

    void trainSteps(const BatchPlan& batches) override {
        trainedOn = trainedOn || m_told;
        calls.push_back({batches.firstStep, {batches.samples.begin(), batches.samples.end()},
            {batches.learningRates.begin(), batches.learningRates.end()}, batches.steps()});
        for (std::size_t i = 0; i < batches.steps(); ++i) {
            const std::int64_t step = batches.firstStep + static_cast<std::int64_t>(i);
            const auto size = static_cast<std::size_t>(batches.batchSize);
            const int count = static_cast<int>(std::min(size, batches.samples.size() - i * size));
            const bool finite = step < nonFiniteFrom;
            m_waiting.push_back({step,
                finite ? 1.0f / static_cast<float>(step) : std::numeric_limits<float>::quiet_NaN(), count / 2, count});
            if (!finite && !m_nonFiniteStep)
                m_nonFiniteStep = step;
            if (!m_nonFiniteStep)
                m_parameters[0] += 1;
            if (step == spoilsWeightsAt)
                m_parameters.back() = std::numeric_limits<float>::infinity();
        }
        onTrain(calls.back());
    }

    Metrics drainMetrics() override {
        ++drains;
        m_told = m_nonFiniteStep.has_value();
        return {std::exchange(m_waiting, {}), m_nonFiniteStep};
    }

    /// Image i is taken for class i modulo 2, with a probability of 1 / (i + 1).
    Evaluation evaluate(SampleRange range, std::span<Prediction> predictions = {}) override {
        onEvaluate(range);
        for (std::size_t i = 0; i < predictions.size(); ++i) {
            predictions[i].classes[0] = static_cast<std::uint8_t>((range.first + i) % 2);
            predictions[i].probabilities[0] = 1 / static_cast<float>(range.first + i + 1);
        }
        evaluatedImages += range.count;
        return {testLoss(m_parameters[0]) * static_cast<double>(range.count), static_cast<std::int64_t>(range.count),
            static_cast<std::int64_t>(range.count)};
    }

    StepTimes profile(const BatchPlan&) override { return {}; }

    std::size_t arenaSize(Arena arena) const override { return arena == Arena::Parameters ? m_parameters.size() : 0; }

    void read(Arena arena, std::span<float> values) const override {
        if (arena != Arena::Parameters)
            return;
        onRead();
        m_readsOfUndrained += !m_waiting.empty();
        std::copy(m_parameters.begin(), m_parameters.end(), values.begin());
    }

    SnapshotCopies* snapshotCopies() override { return mostCopies > 0 ? &m_copies : nullptr; }

    void write(Arena arena, std::span<const float> values) override {
        if (arena != Arena::Parameters)
            return;
        m_parameters.assign(values.begin(), values.end());
        m_nonFiniteStep.reset();
    }

private:
    class Copies final : public SnapshotCopies {
    public:
        explicit Copies(FakeExecutor& executor) : m_executor(executor) {}
        std::size_t most() const override { return m_executor.mostCopies; }
        void begin() override {
            m_executor.copiesOfUndrained += !m_executor.m_waiting.empty();
            m_underWay.push_back(m_executor.m_parameters);
            m_executor.mostUnderWay = std::max(m_executor.mostUnderWay, m_underWay.size());
        }
        void take(std::span<float> parameters, std::span<float>) override {
            std::copy(m_underWay.front().begin(), m_underWay.front().end(), parameters.begin());
            m_underWay.erase(m_underWay.begin());
        }
        bool none() const { return m_underWay.empty(); }

    private:
        FakeExecutor& m_executor;
        std::vector<std::vector<float>> m_underWay;
    };

    Plan m_plan;
    std::vector<float> m_parameters;
    std::vector<StepMetrics> m_waiting;
    std::optional<std::int64_t> m_nonFiniteStep;
    bool m_told = false;
    mutable int m_readsOfUndrained = 0;
    Copies m_copies{*this};
};

} // namespace kernelscope
