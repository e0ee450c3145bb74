// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_executor.h"

#include "base/error.h"
#include "base/stopwatch.h"
#include "training/fit.h"
#include "training/optimizer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

/// One step of the optimizer over all parameters. @param moments none, first, or first and then second ones.
void update(const Plan& plan, const UpdateConstants& constants, const std::vector<float>& gradients,
    std::vector<float>& parameters, std::vector<float>& moments) {
    const std::size_t count = parameters.size();
    for (const ParameterInfo& parameter : plan.parameters) {
        const UpdateConstants own = isDecayed(parameter.shape) ? constants : withoutDecay(constants);
        for (std::size_t i = parameter.slice.offset; i < parameter.slice.offset + parameter.slice.size; ++i) {
            float* first = moments.size() > i ? &moments[i] : nullptr;
            float* second = moments.size() > count + i ? &moments[count + i] : nullptr;
            updateParameter(own, gradients[i], parameters[i], first, second);
        }
    }
}

void checkArenaSize(std::size_t found, std::size_t expected) {
    if (found != expected)
        throw Error({"Cannot copy an arena of the reference device", "", std::to_string(found) + " values",
            std::to_string(expected), ""});
}

} // namespace

ReferenceExecutor::ReferenceExecutor(const Network& network, DataSetPtr data, const TrainingSpec& spec)
    : m_model(compile(network, Fusion::Off)),
      m_data(std::move(data)),
      m_optimizer(spec.optimizer),
      m_augmentation(spec.augmentation),
      m_seed(spec.seed),
      m_parameters(plan().parameterCount),
      m_state(plan().stateCount),
      m_gradients(plan().parameterCount),
      m_moments(plan().parameterCount * momentsPerParameter(spec.optimizer.kind)) {}

void ReferenceExecutor::trainSteps(const BatchPlan& batches) {
    for (std::size_t i = 0; i < batches.steps(); ++i) {
        const auto size = static_cast<std::size_t>(batches.batchSize);
        const auto batch = batches.samples.subspan(i * size, std::min(size, batches.samples.size() - i * size));
        requireBatch(plan(), batch.size());
        StepMetrics metrics{batches.firstStep + static_cast<std::int64_t>(i), 0, 0, static_cast<int>(batch.size())};
        const float share = 1.0f / static_cast<float>(batch.size());
        double lossSum = 0;
        std::fill(m_gradients.begin(), m_gradients.end(), 0.0f);
        // Image by image: each is in the cache on its way back. Only batch norm needs them all at once.
        const std::size_t piece = plan().stateCount == 0 ? 1 : batch.size();
        for (std::size_t at = 0; at < batch.size(); at += piece) {
            const TrainingPass pass{m_seed, metrics.step, at};
            const std::vector<int> labels = loadImages(Split::Train, batch.subspan(at, piece), pass);
            m_model.forward(m_parameters, m_images, pass);
            for (std::size_t image = 0; image < labels.size(); ++image) {
                lossSum += static_cast<double>(m_model.loss(labels[image], image));
                metrics.correct += m_model.predicted(image) == labels[image];
            }
            m_model.backward(m_parameters, labels, share, m_gradients);
        }
        metrics.loss = static_cast<float>(lossSum / static_cast<double>(batch.size()));
        m_measured.push_back(metrics);
        if (!std::isfinite(metrics.loss) && !m_nonFiniteStep)
            m_nonFiniteStep = metrics.step;
        if (m_nonFiniteStep)
            continue;
        update(plan(), updateConstants(m_optimizer, batches.learningRates[i], metrics.step), m_gradients, m_parameters,
            m_moments);
        m_model.updateState(m_state);
    }
}

Metrics ReferenceExecutor::drainMetrics() {
    return {std::exchange(m_measured, {}), m_nonFiniteStep};
}

Evaluation ReferenceExecutor::evaluate(SampleRange range, std::span<Prediction> predictions) {
    requirePlaces(predictions, range);
    Evaluation sum;
    for (std::size_t i = 0; i < range.count; ++i) {
        const auto sample = static_cast<std::uint32_t>(range.first + i);
        const int label = loadImages(range.split, std::span(&sample, 1)).front();
        m_model.forward(m_parameters, m_images, std::span<const float>(m_state));
        sum.lossSum += static_cast<double>(m_model.loss(label));
        sum.correct += m_model.predicted() == label;
        ++sum.count;
        if (!predictions.empty())
            predictions[i] = predictionOf(
                m_model.logits(), m_model.probabilities(), 1, static_cast<std::size_t>(m_model.predicted()));
    }
    return sum;
}

StepTimes ReferenceExecutor::profile(const BatchPlan& batch) {
    StepTimes times;
    const std::size_t steps = plan().steps.size();
    times.steps.resize(steps);
    const auto count = std::min(batch.samples.size(), static_cast<std::size_t>(batch.batchSize));
    const float share = 1.0f / static_cast<float>(count);
    std::vector<float> gradients(m_gradients.size());
    std::vector<float> parameters = m_parameters;
    std::vector<float> moments = m_moments;
    requireBatch(plan(), count);
    const std::size_t piece = plan().stateCount == 0 ? 1 : count;
    Stopwatch watch;
    for (std::size_t at = 0; at < count; at += piece) {
        const TrainingPass pass{m_seed, batch.firstStep, at};
        const std::vector<int> labels = loadImages(Split::Train, batch.samples.subspan(at, piece), pass);
        m_model.setImages(m_images, pass);
        watch.restart();
        for (std::size_t step = 0; step < steps; ++step) {
            m_model.forwardStep(step, m_parameters);
            times.steps[step].forward += watch.restart();
        }
        for (std::size_t step = steps; step-- > 0;) {
            m_model.backwardStep(step, m_parameters, labels, share, gradients);
            times.steps[step].backward += watch.restart();
        }
    }
    watch.restart();
    update(plan(), updateConstants(m_optimizer, batch.learningRates.front(), batch.firstStep), gradients, parameters,
        moments);
    times.update = watch.seconds();
    return times;
}

std::size_t ReferenceExecutor::arenaSize(Arena which) const {
    return arena(which).size();
}

void ReferenceExecutor::read(Arena which, std::span<float> values) const {
    const std::vector<float>& source = arena(which);
    checkArenaSize(values.size(), source.size());
    std::copy(source.begin(), source.end(), values.begin());
}

void ReferenceExecutor::write(Arena which, std::span<const float> values) {
    std::vector<float>& target = arena(which);
    checkArenaSize(values.size(), target.size());
    std::copy(values.begin(), values.end(), target.begin());
    if (which == Arena::Parameters)
        m_nonFiniteStep.reset();
}

std::vector<int> ReferenceExecutor::loadImages(
    Split split, std::span<const std::uint32_t> samples, std::optional<TrainingPass> pass) {
    std::vector<int> labels;
    std::vector<std::uint8_t> augmented(plan().network.input.size());
    m_images.clear();
    for (std::size_t i = 0; i < samples.size(); ++i) {
        std::span<const std::uint8_t> image = m_data->image(split, samples[i]);
        if (pass && isActive(m_augmentation)) {
            augment(image, plan().network.input,
                drawAugmentation(m_augmentation, pass->seed, pass->step, pass->firstPosition + i), augmented);
            image = augmented;
        }
        for (const std::uint8_t pixel : image)
            m_images.push_back(static_cast<float>(pixel) / 255.0f);
        labels.push_back(m_data->label(split, samples[i]));
    }
    return labels;
}

const std::vector<float>& ReferenceExecutor::arena(Arena which) const {
    switch (which) {
    case Arena::State:
        return m_state;
    case Arena::Gradients:
        return m_gradients;
    case Arena::Moments:
        return m_moments;
    case Arena::Parameters:
        break;
    }
    return m_parameters;
}

std::vector<float>& ReferenceExecutor::arena(Arena which) {
    return const_cast<std::vector<float>&>(std::as_const(*this).arena(which));
}

} // namespace kernelscope
