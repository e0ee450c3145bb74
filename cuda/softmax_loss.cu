// SPDX-License-Identifier: GPL-3.0-or-later
// A group of lanes for each image: one lane for about four classes, so that ten classes make groups of four, and eight
// images share a warp. The group finds the greatest logit and the sum of the exponentials by shuffles; then each lane
// writes the gradients of its classes. A logit is read three times (greatest, sum, gradient), twice from the cache,
// which is cheaper than registers for up to 256 classes.
//
// What the images' losses add up to is known when all blocks are done: the block that ends last sums them, in the order
// of the images, whichever block it is. That saves a launch, and keeps the sum the same from run to run.
#include "cuda/softmax_loss.h"

#include "cuda/device/sum_over_rows.cuh"
#include "cuda/device_memory.h"
#include "cuda/platform/error_check.h"

#include <cmath>

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 128;
constexpr unsigned kAllLanes = 0xffffffff;
constexpr unsigned kMostLanes = 32;
constexpr unsigned kClassesPerLane = 4;

/// Sums over images. Zero when all is zero, so that it can lie in shared memory.
struct LossSums {
    double loss;
    unsigned correct;
};

__device__ LossSums operator+(const LossSums& a, const LossSums& b) {
    return {a.loss + b.loss, a.correct + b.correct};
}

/// A class and how it is ranked: by its logit, the lower class first of equals.
struct Candidate {
    float rank;
    unsigned index;
};

__device__ bool isAbove(const Candidate& a, const Candidate& b) {
    return a.rank > b.rank || (a.rank == b.rank && a.index < b.index);
}

/// The first of the greatest logits, in every lane of the group. As std::max_element() has it, what is not a number
/// is greatest if it comes first, and never otherwise.
__device__ unsigned firstGreatest(const float* logits, unsigned classes, unsigned lane, unsigned lanes) {
    Candidate best{-INFINITY, classes};
    for (unsigned k = lane; k < classes; k += lanes) {
        const float logit = logits[k];
        const Candidate candidate{std::isnan(logit) ? (k == 0 ? INFINITY : -INFINITY) : logit, k};
        if (isAbove(candidate, best))
            best = candidate;
    }
    for (unsigned apart = lanes / 2; apart > 0; apart /= 2) {
        const Candidate other{
            __shfl_xor_sync(kAllLanes, best.rank, apart), __shfl_xor_sync(kAllLanes, best.index, apart)};
        if (isAbove(other, best))
            best = other;
    }
    return best.index;
}

/// Sum over the classes of e^(logit - greatest logit), in every lane of the group.
__device__ float sumOfExponentials(
    const float* logits, float greatest, unsigned classes, unsigned lane, unsigned lanes) {
    float sum = 0;
    for (unsigned k = lane; k < classes; k += lanes)
        sum += expf(logits[k] - greatest);
    for (unsigned apart = lanes / 2; apart > 0; apart /= 2)
        sum += __shfl_xor_sync(kAllLanes, sum, apart);
    return sum;
}

/// predictionOf() of training/prediction.h, by one thread.
__device__ Prediction predictionOf(const float* logits, unsigned classes, unsigned greatest, float sum) {
    unsigned best[kPredictionClasses] = {greatest, classes, classes};
    const auto above = [&](unsigned k, unsigned other) { return other == classes || logits[k] > logits[other]; };
    for (unsigned k = 0; k < classes; ++k) {
        if (k == greatest || !above(k, best[2]))
            continue;
        if (above(k, best[1])) {
            best[2] = best[1];
            best[1] = k;
        } else {
            best[2] = k;
        }
    }
    Prediction prediction{};
    for (unsigned i = 0; i < kPredictionClasses && best[i] < classes; ++i) {
        const float probability = expf(logits[best[i]] - logits[greatest]) / sum;
        prediction.classes[i] = static_cast<std::uint8_t>(best[i]);
        prediction.probabilities[i] = std::isfinite(probability) ? probability : 0;
    }
    return prediction;
}

/// What the kernel works on, beside the images.
struct LossTask {
    const float* logits; ///< [images][classes]
    float* gradients;    ///< The same; null in an evaluation.
    unsigned images;     ///< Places.
    unsigned classes;
    unsigned lanes; ///< In a group: a power of two, at most a warp.
    bool isTraining;
};

/// Writes down what a step measured; one thread.
__device__ void finishStep(const LossSums& sums, const StepState& state, const LossMemory& memory) {
    const StepOrder& order = state.order;
    StepResult result{};
    result.step = order.step;
    result.loss = static_cast<float>(sums.loss / max(order.validImages, 1));
    result.correct = static_cast<std::int32_t>(sums.correct);
    result.count = order.validImages;
    result.isFinite = std::isfinite(result.loss);
    memory.results[(state.next - 1) % memory.resultCount] = result; // the order was counted when it was taken
    if (!result.isFinite && memory.training->nonFiniteStep == 0)
        memory.training->nonFiniteStep = order.step;
}

/// Adds a pass to the evaluation; one thread.
__device__ void addToEvaluation(const LossSums& sums, const StepState& state, EvaluationSums& evaluation) {
    evaluation.lossSum += sums.loss;
    evaluation.correct += sums.correct;
    evaluation.count += state.order.validImages;
}

__global__ void softmaxLoss(LossTask a, const StepState* state, LossMemory memory, LossPartial partial) {
    KERNEL_SHARED(LossSums, shared, [kThreads]);
    KERNEL_SHARED(unsigned, isLastBlock, [1]);
    const auto valid = static_cast<unsigned>(state->order.validImages);
    const unsigned image = (blockIdx.x * kThreads + threadIdx.x) / a.lanes;
    const unsigned lane = threadIdx.x % a.lanes;
    // Lanes without an image go through the last one's motions: a shuffle needs the whole warp.
    const float* logits = a.logits + std::size_t{min(image, a.images - 1)} * a.classes;

    const unsigned greatest = firstGreatest(logits, a.classes, lane, a.lanes);
    const float sum = sumOfExponentials(logits, logits[greatest], a.classes, lane, a.lanes);
    const unsigned label = image < valid ? memory.labels[image] : a.classes;
    if (image < valid && lane == 0) {
        partial.losses[image] = logf(sum) - (logits[label] - logits[greatest]);
        partial.isCorrect[image] = greatest == label;
        if (!a.isTraining && memory.predictions)
            memory.predictions[memory.evaluation->count + image] = predictionOf(logits, a.classes, greatest, sum);
    }
    if (a.gradients && image < a.images) {
        const float scale = 1 / static_cast<float>(max(valid, 1u));
        for (unsigned k = lane; k < a.classes; k += a.lanes) {
            const float probability = expf(logits[k] - logits[greatest]) / sum;
            a.gradients[std::size_t{image} * a.classes + k] =
                image < valid ? (probability - (k == label ? 1.0f : 0.0f)) * scale : 0.0f;
        }
    }

    // The fences order a block's losses before its ticket, and all tickets before the sum.
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0)
        isLastBlock[0] = atomicAdd(partial.blocksDone, 1u) == gridDim.x - 1;
    __syncthreads();
    if (!isLastBlock[0])
        return;
    __threadfence();
    LossSums sums{};
    for (unsigned i = threadIdx.x; i < valid; i += kThreads)
        sums = sums + LossSums{static_cast<double>(partial.losses[i]), partial.isCorrect[i]};
    sums = sumOverRows(shared, sums, 1);
    if (threadIdx.x > 0)
        return;
    *partial.blocksDone = 0;
    if (a.isTraining)
        finishStep(sums, *state, memory);
    else
        addToEvaluation(sums, *state, *memory.evaluation);
}

/// The least power of two that gives each lane at most kClassesPerLane classes, up to a warp.
unsigned lanesFor(unsigned classes) {
    unsigned lanes = 1;
    while (lanes < kMostLanes && lanes * kClassesPerLane < classes)
        lanes *= 2;
    return lanes;
}

} // namespace

SoftmaxLossStep::SoftmaxLossStep(
    const SoftmaxLoss& step, Edge& in, const Environment& environment, const LossMemory& memory)
    : m_in(in),
      m_classes(step.classes),
      m_memory(memory) {
    const auto capacity = static_cast<std::size_t>(environment.capacity);
    m_partial.losses = environment.memory.allocate<float>(capacity);
    m_partial.isCorrect = environment.memory.allocate<std::uint8_t>(capacity);
    m_partial.blocksDone = environment.memory.allocateZeroed<unsigned>(1);
}

void SoftmaxLossStep::forward(const Pass& pass) {
    LossTask task{};
    task.logits = m_in.values;
    task.gradients = pass.training ? m_in.gradients : nullptr;
    task.images = static_cast<unsigned>(pass.images);
    task.classes = static_cast<unsigned>(m_classes);
    task.lanes = lanesFor(task.classes);
    task.isTraining = pass.training;
    const unsigned groups = kThreads / task.lanes;
    const LaunchShape shape{(task.images + groups - 1) / groups, kThreads};
    checkCuda(launchKernel(softmaxLoss, shape, pass.stream, task, pass.state, m_memory, m_partial), "launch the loss");
}

std::int64_t SoftmaxLossStep::executedFlops() const {
    // Each class: shifted, e^x, summed; for its gradient shifted, e^x, divided, less one-hot, scaled.
    return 8 * std::int64_t{m_classes};
}

} // namespace kernelscope::cuda
