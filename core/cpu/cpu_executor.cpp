// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/cpu_executor.h"

#include "base/error.h"
#include "base/stopwatch.h"
#include "cpu/image_input.h"
#include "training/fit.h"
#include "training/optimizer.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::cpu {
namespace {

/// Images that a thread works on before it meets the others. More would leave its caches, and need memory without end
/// for large batches; dense layers want a few to share their weights.
constexpr std::size_t mostImagesPerThread = 64;
constexpr std::size_t leastImagesPerThread = 8;

/// Images of a group. Not fewer, for the dense layers' sake.
constexpr std::size_t groupImages = 8;

/// Batch norm takes sums over a whole batch before any of its images can go on: then all of them have a place.
std::size_t capacityFor(const Plan& plan, const TrainingSpec& spec, int threads) {
    const auto all = static_cast<std::size_t>(threads);
    const std::size_t share = (static_cast<std::size_t>(spec.batchSize) + all - 1) / all;
    const std::size_t most = plan.stateCount > 0 ? std::max(share, leastImagesPerThread) : mostImagesPerThread;
    return all * std::clamp(share, leastImagesPerThread, most);
}

/// With batch norm all images of a thread go forward before the first goes back; dense layers alone want as many images
/// at once as can be.
Groups groupsFor(const Plan& plan, std::size_t capacity, int threads) {
    const bool hasConvolutions = std::any_of(plan.steps.begin(), plan.steps.end(),
        [](const Step& step) { return std::holds_alternative<StepOf<Conv>>(step); });
    const bool pays = hasConvolutions && plan.stateCount == 0;
    return {threads, pays ? groupImages : capacity / static_cast<std::size_t>(threads)};
}

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

CpuExecutor::CpuExecutor(
    const Network& network, DataSetPtr data, const TrainingSpec& spec, const Kernels& kernels, int threads)
    : m_plan(compile(network, Fusion::On)),
      m_data(std::move(data)),
      m_optimizer(spec.optimizer),
      m_augmentation(spec.augmentation),
      m_seed(spec.seed),
      m_kernels(kernels),
      m_capacity(capacityFor(m_plan, spec, threads)),
      m_groups(groupsFor(m_plan, m_capacity, threads)),
      m_network(lower(m_plan, kernels, m_groups, m_capacity, spec)),
      m_pool(threads),
      m_augmented(static_cast<std::size_t>(threads)) {
    if (isActive(m_augmentation))
        for (std::vector<std::uint8_t>& image : m_augmented)
            image.resize(network.input.size());
    requireFit(m_plan, m_data->info());
    m_metrics.steps.reserve(undrainedSteps);
    for (int thread = 0; thread < threads; ++thread) {
        std::vector<Owned>& owned = m_owned.emplace_back();
        for (const auto& step : m_network->steps)
            owned.push_back(step->ownedParameters(thread));
    }
}

void CpuExecutor::checkBatches(const BatchPlan& batches) const {
    requireSamples(m_data->info(), batches);
    const auto batch = static_cast<std::size_t>(batches.batchSize);
    const std::size_t largest = std::min(batch, batches.samples.size());
    if (m_plan.stateCount > 0 && largest > m_capacity)
        throw Error({"Cannot train", "batch size", std::to_string(largest),
            "at most " + std::to_string(m_capacity) + ", which the network was loaded for", ""});
    requireBatch(m_plan, largest);
    requireBatch(m_plan, batches.samples.size() % batch);
}

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
        timed(clock ? &clock->update : nullptr, [&] { reduceGradients(thread, count, at == 0, last); });
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

void CpuExecutor::loadImage(std::size_t slot, Split split, std::size_t sample, int thread) {
    m_network->loss->label(slot) = m_data->label(split, sample);
    pixelsToEdge(m_kernels, m_data->image(split, sample), m_network->edges.front(), slot, thread);
}

void CpuExecutor::loadTrainingImage(std::size_t slot, std::size_t sample, const Pass& pass, int thread) {
    if (!isActive(m_augmentation))
        return loadImage(slot, Split::Train, sample, thread);
    std::vector<std::uint8_t>& augmented = m_augmented[static_cast<std::size_t>(thread)];
    augment(m_data->image(Split::Train, sample), m_plan.network.input,
        drawAugmentation(m_augmentation, m_seed, pass.step, pass.firstPosition + slot), augmented);
    m_network->loss->label(slot) = m_data->label(Split::Train, sample);
    pixelsToEdge(m_kernels, augmented, m_network->edges.front(), slot, thread);
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

void CpuExecutor::reduceGradients(int thread, std::size_t images, bool first, bool last) {
    for (const auto& step : m_network->steps)
        step->reduceGradients(thread, images, first, last);
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

void CpuExecutor::packParameters() {
    for (const auto& step : m_network->steps)
        for (int part = 0; part < m_pool.threads(); ++part)
            step->packParameters(part);
}

Metrics CpuExecutor::drainMetrics() {
    // A copy: the place for the next steps stays.
    Metrics metrics = m_metrics;
    m_metrics.steps.clear();
    m_metrics.nonFiniteStep.reset();
    return metrics;
}

Evaluation CpuExecutor::evaluate(SampleRange range, std::span<Prediction> predictions) {
    requirePlaces(predictions, range);
    if (range.count > 0)
        requireSample(m_data->info(), range.split, range.first + range.count - 1);
    m_pool.run([this, range, predictions](int thread) {
        m_network->loss->reset(thread, 1);
        const IndexRange own = partition(range.count, thread, m_pool.threads());
        const IndexRange slots = partition(m_capacity, thread, m_pool.threads());
        for (std::size_t at = own.begin; at < own.end; at += m_groups.images) {
            const IndexRange images{slots.begin, slots.begin + std::min(m_groups.images, own.end - at)};
            for (std::size_t image = images.begin; image < images.end; ++image)
                loadImage(image, range.split, range.first + at + (image - images.begin), thread);
            if (!predictions.empty())
                m_network->loss->predictInto(thread, predictions.subspan(at, images.count()));
            forward(images, thread, Pass(), nullptr);
        }
        m_network->loss->predictInto(thread, {});
    });
    Evaluation evaluation;
    evaluation.count = static_cast<std::int64_t>(range.count);
    for (int thread = 0; thread < m_pool.threads(); ++thread) {
        evaluation.lossSum += m_network->loss->sums(thread).loss;
        evaluation.correct += m_network->loss->sums(thread).correct;
    }
    return evaluation;
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

double CpuExecutor::executedFlops() const {
    double flops = m_updateFlops;
    for (const auto& step : m_network->steps)
        flops += step->executedFlops();
    return flops;
}

std::size_t CpuExecutor::arenaSize(Arena arena) const {
    switch (arena) {
    case Arena::Parameters:
    case Arena::Gradients:
        return m_plan.parameterCount;
    case Arena::Moments:
        return momentsPerParameter(m_optimizer.kind) * m_plan.parameterCount;
    case Arena::State:
        break;
    }
    return m_plan.stateCount;
}

void CpuExecutor::read(Arena arena, std::span<float> values) const {
    requireArenaSize(m_plan, values.size(), arenaSize(arena));
    m_network->arenas.read(arena, values);
}

void CpuExecutor::write(Arena arena, std::span<const float> values) {
    requireArenaSize(m_plan, values.size(), arenaSize(arena));
    m_network->arenas.write(arena, values);
    if (arena == Arena::Parameters) {
        packParameters();
        m_frozen = false;
    }
}

} // namespace kernelscope::cpu
