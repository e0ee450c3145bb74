// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/cpu_executor.h"

#include "base/error.h"
#include "cpu/image_input.h"
#include "training/fit.h"
#include "training/optimizer.h"

#include <algorithm>

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
        m_network->arenas.clearPadding();
        packParameters();
        m_frozen = false;
    }
}

} // namespace kernelscope::cpu
