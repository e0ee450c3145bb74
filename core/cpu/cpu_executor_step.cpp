// SPDX-License-Identifier: GPL-3.0-or-later
// CpuExecutor's training steps.
#include "base/stopwatch.h"
#include "cpu/cpu_executor.h"
#include "training/optimizer.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::cpu {
namespace {

UpdateRule ruleOf(OptimizerKind kind) {
    switch (kind) {
    case OptimizerKind::Sgd:
        return UpdateRule::Sgd;
    case OptimizerKind::Momentum:
        return UpdateRule::Momentum;
    case OptimizerKind::Nesterov:
        return UpdateRule::Nesterov;
    case OptimizerKind::AdamW:
    case OptimizerKind::Adam:
        break;
    }
    return UpdateRule::Adam;
}

/// Calls a function and adds the time that it took; without a clock only calls it.
template <class Work>
void timed(double* seconds, const Work& work) {
    if (!seconds)
        return work();
    const Stopwatch watch;
    work();
    *seconds += watch.seconds();
}

} // namespace

void CpuExecutor::trainSteps(const BatchPlan& batches) {
    checkBatches(batches);
    const std::size_t steps = batches.steps();
    const std::size_t places = m_metrics.steps.size() + steps;
    if (places > m_metrics.steps.capacity())
        m_metrics.steps.reserve(std::max(places, 2 * m_metrics.steps.capacity())); // before the threads: it may throw
    m_pool.run([this, &batches, steps](int thread) {
        bool frozen = m_frozen; // every thread comes to the same decisions by itself
        for (std::size_t step = 0; step < steps; ++step) {
            const StepMetrics metrics = trainStep(batches, step, !frozen, false, thread, nullptr);
            const bool failed = !frozen && !isFinite(metrics);
            frozen = frozen || failed;
            if (thread != 0)
                continue;
            m_metrics.steps.push_back(metrics);
            if (failed) {
                m_metrics.nonFiniteStep = metrics.step;
                m_frozen = true;
            }
        }
    });
}

StepMetrics CpuExecutor::trainStep(
    const BatchPlan& batches, std::size_t step, bool mayUpdate, bool alwaysUpdate, int thread, StepClock* clock) {
    const auto batchSize = static_cast<std::size_t>(batches.batchSize);
    const auto samples =
        batches.samples.subspan(step * batchSize, std::min(batchSize, batches.samples.size() - step * batchSize));
    m_network->loss->reset(thread, samples.size());
    for (const auto& lowered : m_network->steps)
        lowered->beginBatch(thread);
    for (std::size_t at = 0; at < samples.size(); at += m_capacity) {
        const std::size_t count = std::min(m_capacity, samples.size() - at);
        const IndexRange own = partition(count, thread, m_pool.threads());
        const Pass pass{true, batches.firstStep + static_cast<std::int64_t>(step), at, samples.size()};
        // Also with no image of its own: a thread meets the others before batch norm.
        IndexRange group{own.begin, own.begin};
        do {
            group = {group.end, std::min(group.end + m_groups.images, own.end)};
            for (std::size_t image = group.begin; image < group.end; ++image)
                loadTrainingImage(image, samples[at + image], pass, thread);
            forward(group, thread, pass, clock);
            backward(group, thread, clock);
        } while (group.end < own.end);
        m_pool.barrier();
        const bool last = at + count == samples.size();
        reduceGradients(thread, count, at == 0, last, clock);
        if (!last)
            m_pool.barrier();
    }

    StepMetrics metrics{batches.firstStep + static_cast<std::int64_t>(step), 0, 0, static_cast<int>(samples.size())};
    double loss = 0;
    for (int t = 0; t < m_pool.threads(); ++t) {
        loss += m_network->loss->sums(t).loss;
        metrics.correct += static_cast<int>(m_network->loss->sums(t).correct);
    }
    metrics.loss = static_cast<float>(loss / static_cast<double>(samples.size()));
    if (alwaysUpdate || (mayUpdate && isFinite(metrics)))
        timed(clock ? &clock->update : nullptr, [&] { update(batches, step, thread); });
    m_pool.barrier();
    return metrics;
}

bool CpuExecutor::isFinite(const StepMetrics& metrics) {
    return std::isfinite(metrics.loss);
}

void CpuExecutor::forward(IndexRange images, int thread, const Pass& pass, StepClock* clock) {
    const auto run = [&](std::size_t step, IndexRange range) {
        timed(clock ? &clock->steps[step].forward : nullptr,
            [&] { m_network->steps[step]->forward(range, thread, pass); });
    };
    for (const Segment& segment : m_network->segments) {
        if (!segment.perImage) {
            CpuStep& step = *m_network->steps[segment.first];
            if (pass.training && step.needsWholeBatch()) {
                timed(clock ? &clock->steps[segment.first].forward : nullptr,
                    [&] { step.prepareForward(images, thread); });
                m_pool.barrier();
            }
            run(segment.first, images);
            continue;
        }
        for (std::size_t image = images.begin; image < images.end; ++image)
            for (std::size_t step = segment.first; step < segment.last; ++step)
                run(step, {image, image + 1});
    }
}

void CpuExecutor::backward(IndexRange images, int thread, StepClock* clock) {
    const auto run = [&](std::size_t step, IndexRange range) {
        timed(clock ? &clock->steps[step].backward : nullptr, [&] { m_network->steps[step]->backward(range, thread); });
    };
    for (auto segment = m_network->segments.rbegin(); segment != m_network->segments.rend(); ++segment) {
        if (!segment->perImage) {
            CpuStep& step = *m_network->steps[segment->first];
            if (step.needsWholeBatch()) {
                timed(clock ? &clock->steps[segment->first].backward : nullptr,
                    [&] { step.prepareBackward(images, thread); });
                m_pool.barrier();
            }
            run(segment->first, images);
            continue;
        }
        for (std::size_t image = images.begin; image < images.end; ++image)
            for (std::size_t step = segment->last; step-- > segment->first;)
                run(step, {image, image + 1});
    }
}

void CpuExecutor::reduceGradients(int thread, std::size_t images, bool first, bool last, StepClock* clock) {
    for (std::size_t i = 0; i < m_network->steps.size(); ++i)
        timed(clock ? &clock->steps[i].backward : nullptr,
            [&] { m_network->steps[i]->reduceGradients(thread, images, first, last); });
}

void CpuExecutor::update(const BatchPlan& batches, std::size_t step, int thread) {
    const UpdateConstants constants =
        updateConstants(m_optimizer, batches.learningRates[step], batches.firstStep + static_cast<std::int64_t>(step));
    const Arenas& arenas = m_network->arenas;
    if (thread == 0)
        m_updateFlops += flopsOfUpdate(constants.kind) * static_cast<double>(m_plan.parameterCount);
    const std::vector<Owned>& owned = m_owned[static_cast<std::size_t>(thread)];
    for (std::size_t i = 0; i < owned.size(); ++i) {
        for (const auto& [range, decays] : owned[i]) {
            Update update{ruleOf(constants.kind), constants.rate, constants.momentum, constants.beta1, constants.beta2,
                constants.epsilon, decays ? constants.decay : 0, decays ? constants.shrink : 0,
                arenas.gradients.data() + range.begin, arenas.parameters.data() + range.begin, nullptr, nullptr,
                range.count()};
            if (arenas.first.size() > 0)
                update.first = arenas.first.data() + range.begin;
            if (arenas.second.size() > 0)
                update.second = arenas.second.data() + range.begin;
            m_kernels.update(update);
        }
        m_network->steps[i]->updateState(thread);
        m_network->steps[i]->packParameters(thread);
    }
}

StepTimes CpuExecutor::profile(const BatchPlan& batch) {
    checkBatches(batch);
    // A real training step, after which everything is put back.
    const Arenas& arenas = m_network->arenas;
    std::vector<std::pair<const AlignedBuffer<float>*, std::vector<float>>> kept;
    for (const AlignedBuffer<float>* arena :
        {&arenas.parameters, &arenas.gradients, &arenas.first, &arenas.second, &arenas.state})
        if (arena->size() > 0)
            kept.emplace_back(arena, std::vector<float>(arena->data(), arena->data() + arena->size()));
    std::vector<StepClock> clocks(static_cast<std::size_t>(m_pool.threads()));
    for (StepClock& clock : clocks)
        clock.steps.resize(m_network->steps.size());

    BatchPlan first = batch;
    first.samples = batch.samples.first(std::min(batch.samples.size(), static_cast<std::size_t>(batch.batchSize)));
    m_pool.run([&](int thread) { trainStep(first, 0, true, true, thread, &clocks[static_cast<std::size_t>(thread)]); });

    for (const auto& [arena, values] : kept)
        std::copy(values.begin(), values.end(), arena->data());
    packParameters();

    // The threads work side by side: the time of a step is their mean.
    StepTimes times;
    times.steps.resize(m_plan.steps.size());
    const auto threads = static_cast<double>(m_pool.threads());
    for (const StepClock& clock : clocks) {
        for (std::size_t i = 0; i < clock.steps.size(); ++i) {
            StepTimes::Entry& entry = times.steps[static_cast<std::size_t>(m_network->steps[i]->planStep)];
            entry.forward += clock.steps[i].forward / threads;
            entry.backward += clock.steps[i].backward / threads;
        }
        times.update += clock.update / threads;
    }
    return times;
}

} // namespace kernelscope::cpu
