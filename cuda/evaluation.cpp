// SPDX-License-Identifier: GPL-3.0-or-later
// CudaExecutor::evaluate().
#include "cuda/cuda_executor.h"

#include "training/executor_checks.h"

#include <algorithm>

namespace kernelscope::cuda {

Evaluation CudaExecutor::evaluate(SampleRange range, std::span<Prediction> predictions) {
    requirePlaces(predictions, range);
    if (range.count > 0)
        requireSample(m_data.info(), range.split, range.first + range.count - 1);
    useDevice(m_options.device);
    m_data.ensure(range, m_staging, m_copyStream.get());
    sendAhead();
    Evaluation evaluation;
    for (std::size_t at = 0; at < range.count; at += m_evaluation.images) {
        const std::size_t count = std::min(m_evaluation.images, range.count - at);
        const Evaluation part = evaluateStretch(
            {range.split, range.first + at, count}, predictions.empty() ? predictions : predictions.subspan(at, count));
        evaluation.lossSum += part.lossSum;
        evaluation.correct += part.correct;
        evaluation.count += part.count;
    }
    return evaluation;
}

/// As many images as there is memory for predictions, pass by pass. Without a graph: passes are large, so the device
/// has more to do with one than the host with launching the next.
Evaluation CudaExecutor::evaluateStretch(SampleRange range, std::span<Prediction> predictions) {
    const cudaStream_t stream = m_stream.get();
    const auto capacity = static_cast<std::size_t>(m_capacity);
    const std::size_t passes = (range.count + capacity - 1) / capacity;
    const auto imagesOf = [&](std::size_t pass) { return std::min(capacity, range.count - pass * capacity); };
    for (std::size_t i = 0; i < passes; ++i) {
        StepOrder order;
        order.validImages = static_cast<std::int32_t>(imagesOf(i));
        order.firstSample = static_cast<std::uint32_t>(range.first + i * capacity);
        m_evaluation.hostOrders[i] = order;
    }
    constexpr const char* doing = "test the network on the GPU";
    checkCuda(cudaMemsetAsync(m_evaluation.state, 0, sizeof *m_evaluation.state, stream), doing);
    checkCuda(cudaMemsetAsync(m_evaluation.sums, 0, sizeof *m_evaluation.sums, stream), doing);
    checkCuda(cudaMemcpyAsync(m_evaluation.orders, m_evaluation.hostOrders.data(), passes * sizeof(StepOrder),
                  cudaMemcpyHostToDevice, stream),
        doing);
    for (std::size_t i = 0; i < passes; ++i) {
        const Pass pass{stream, false, static_cast<int>(imagesOf(i)), m_evaluation.state};
        enqueueInput(pass, range.split);
        for (const auto& step : m_network->steps)
            step->forward(pass);
    }
    // Forward, nothing is left out of a layer's formula.
    m_flops += static_cast<double>(m_plan.flops.forward) * static_cast<double>(range.count);
    EvaluationSums sums;
    m_staging.download(stream, &sums, m_evaluation.sums, sizeof sums);
    if (!predictions.empty())
        m_staging.download(stream, predictions.data(), m_evaluation.predictions, predictions.size_bytes());
    return {sums.lossSum, sums.correct, sums.count};
}

} // namespace kernelscope::cuda
