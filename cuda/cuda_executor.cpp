// SPDX-License-Identifier: GPL-3.0-or-later
// Training; evaluation is in evaluation.cpp, profile() in profile.cpp, the loading of a network in loading.cpp.
#include "cuda/cuda_executor.h"

#include "base/error.h"
#include "cuda/image_input.h"
#include "training/executor_checks.h"
#include "training/optimizer.h"

#include <algorithm>
#include <utility>

namespace kernelscope::cuda {

Pass CudaExecutor::trainingPass() const {
    return {m_stream.get(), true, m_batchSize, m_state};
}

/// Takes the next order and fills the first edge with its images.
void CudaExecutor::enqueueInput(const Pass& pass, Split split) const {
    ImageInput input;
    input.shape = m_plan.network.input;
    input.pixels = m_data.pixels(split);
    input.labels = m_data.labels(split);
    input.values = m_network->edges.front().values;
    input.placeLabels = m_labels;
    if (pass.training) {
        input.samples = m_rings.samples();
        input.sampleCount = m_rings.sampleCount();
        input.augmentation = m_augmentation;
        input.seed = m_seed;
        beginStep(pass.stream, m_rings.orders(), m_rings.orderCount(), m_state);
    } else {
        beginStep(pass.stream, m_evaluation.orders, static_cast<std::uint32_t>(m_evaluation.hostOrders.size()),
            m_evaluation.state);
    }
    gatherImages(pass.stream, input, pass.state, pass.images);
}

/// Puts one training step into the stream; the ring of orders says which.
void CudaExecutor::enqueueStep() const {
    const Pass pass = trainingPass();
    const auto& steps = m_network->steps;
    enqueueInput(pass, Split::Train);
    for (const auto& step : steps)
        step->forward(pass);
    for (std::size_t i = steps.size(); i-- > m_network->firstBackward;)
        steps[i]->backward(pass);
    m_update.launch(pass);
    for (const auto& step : steps)
        step->updateState(pass);
}

void CudaExecutor::requireTrainable(const BatchPlan& batches) const {
    requireSamples(m_data.info(), batches);
    const auto batch = static_cast<std::size_t>(batches.batchSize);
    const std::size_t largest = std::min(batch, batches.samples.size());
    if (largest > static_cast<std::size_t>(m_batchSize))
        throw Error({"Cannot train", "batch size", std::to_string(largest),
            "at most " + std::to_string(m_batchSize) + ", which the network was loaded for", ""});
    requireBatch(m_plan, largest);
    requireBatch(m_plan, batches.samples.size() % batch);
}

void CudaExecutor::trainSteps(const BatchPlan& batches) {
    requireTrainable(batches);
    useDevice(m_options.device);
    m_data.ensure(Split::Train, batches.samples, m_staging, m_copyStream.get());
    const std::size_t steps = batches.steps();
    for (std::size_t step = 0; step < steps;) {
        const StepGraph& graph = *std::find_if(m_graphs.begin(), m_graphs.end(),
            [&](const StepGraph& each) { return static_cast<std::size_t>(each.steps()) <= steps - step; });
        if (m_rings.room() < static_cast<std::uint32_t>(graph.steps()))
            collectMetrics();
        // With one launch before this one the device has enough to do, and Stop not too long to wait.
        if (m_launches >= 2)
            checkCuda(cudaEventSynchronize(m_launched[static_cast<std::size_t>(m_launches) % 2].get()),
                "wait for training steps on the GPU");
        for (int i = 0; i < graph.steps(); ++i)
            addOrder(batches, step++);
        launch(graph);
    }
}

void CudaExecutor::addOrder(const BatchPlan& batches, std::size_t step) {
    const auto batch = static_cast<std::size_t>(batches.batchSize);
    const auto samples = batches.samples.subspan(step * batch, std::min(batch, batches.samples.size() - step * batch));
    StepOrder order;
    order.step = batches.firstStep + static_cast<std::int64_t>(step);
    order.learningRate = batches.learningRates[step];
    order.updateRate = updateConstants(m_optimizer, order.learningRate, order.step).rate;
    m_rings.add(order, samples);
    m_flops += m_trainingFlops * static_cast<double>(samples.size()) +
               flopsOfUpdate(m_optimizer.kind) * static_cast<double>(m_plan.parameterCount);
}

/// Lets the kernels that follow wait for what the host has put into the other stream.
void CudaExecutor::sendAhead() {
    checkCuda(cudaEventRecord(m_sent.get(), m_copyStream.get()), "send training steps to the GPU");
    checkCuda(cudaStreamWaitEvent(m_stream.get(), m_sent.get(), 0), "send training steps to the GPU");
}

void CudaExecutor::launch(const StepGraph& graph) {
    m_rings.send(m_copyStream.get());
    sendAhead();
    graph.launch(m_stream.get());
    checkCuda(cudaEventRecord(m_launched[static_cast<std::size_t>(m_launches) % 2].get(), m_stream.get()),
        "launch training steps on the GPU");
    ++m_launches;
}

void CudaExecutor::collectMetrics() {
    std::vector<StepResult> results;
    m_rings.collect(results, m_staging, m_stream.get());
    for (const StepResult& result : results) {
        m_metrics.steps.push_back({result.step, result.loss, result.correct, result.count});
        if (result.isFinite || m_frozen)
            continue;
        m_metrics.nonFiniteStep = result.step;
        m_frozen = true;
    }
}

Metrics CudaExecutor::drainMetrics() {
    useDevice(m_options.device);
    collectMetrics();
    return std::exchange(m_metrics, {});
}

void CudaExecutor::read(Arena arena, std::span<float> values) const {
    requireArenaSize(m_plan, values.size(), arenaSize(arena));
    useDevice(m_options.device);
    m_arenas.read(arena, values, m_staging, m_stream.get());
}

void CudaExecutor::write(Arena arena, std::span<const float> values) {
    requireArenaSize(m_plan, values.size(), arenaSize(arena));
    useDevice(m_options.device);
    m_arenas.write(arena, values, m_staging, m_stream.get());
    if (arena != Arena::Parameters)
        return;
    collectMetrics(); // what went before is judged by what held then
    checkCuda(cudaMemsetAsync(&m_state->nonFiniteStep, 0, sizeof m_state->nonFiniteStep, m_stream.get()),
        "copy parameters to the GPU");
    m_frozen = false;
}

} // namespace kernelscope::cuda
