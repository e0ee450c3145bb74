// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/order_rings.h"

#include <algorithm>
#include <bit>

namespace kernelscope::cuda {
namespace {

/// Results of about 20 ms of the shortest steps: the host asks for them about as often.
constexpr std::uint32_t resultsKept = 1024;

/// Copies the ring's places from one number to another, in two pieces where they go round its end.
template <class T>
void sendPlaces(T* to, const T* from, std::uint32_t first, std::uint32_t last, std::uint32_t count, std::size_t width,
    cudaStream_t stream) {
    while (first != last) {
        const std::uint32_t place = first % count;
        const std::uint32_t part = std::min(last - first, count - place);
        const std::size_t at = place * width;
        checkCuda(cudaMemcpyAsync(to + at, from + at, part * width * sizeof(T), cudaMemcpyHostToDevice, stream),
            "send training steps to the GPU");
        first += part;
    }
}

} // namespace

OrderRings::OrderRings(int batchSize, std::uint32_t ahead, DeviceMemory& memory)
    : m_batchSize(static_cast<std::uint32_t>(batchSize)),
      m_orderCount(std::bit_ceil(ahead)),
      m_resultCount(std::max(resultsKept, m_orderCount)),
      m_hostOrders(m_orderCount),
      m_hostSamples(std::size_t{m_orderCount} * m_batchSize),
      m_orders(memory.allocateZeroed<StepOrder>(m_orderCount)),
      m_samples(memory.allocateZeroed<std::uint32_t>(std::size_t{m_orderCount} * m_batchSize)),
      m_results(memory.allocateZeroed<StepResult>(m_resultCount)) {}

void OrderRings::add(StepOrder order, std::span<const std::uint32_t> samples) {
    const std::uint32_t place = m_added % m_orderCount;
    order.validImages = static_cast<std::int32_t>(samples.size());
    order.firstSample = place * m_batchSize;
    m_hostOrders[place] = order;
    std::copy(samples.begin(), samples.end(), m_hostSamples.data() + order.firstSample);
    ++m_added;
}

void OrderRings::send(cudaStream_t stream) {
    sendPlaces(m_orders, m_hostOrders.data(), m_sent, m_added, m_orderCount, 1, stream);
    sendPlaces(m_samples, m_hostSamples.data(), m_sent, m_added, m_orderCount, m_batchSize, stream);
    m_sent = m_added;
}

void OrderRings::collect(std::vector<StepResult>& results, Staging& staging, cudaStream_t stream) {
    while (m_collected != m_added) {
        const std::uint32_t place = m_collected % m_resultCount;
        const std::uint32_t part = std::min(m_added - m_collected, m_resultCount - place);
        const std::size_t before = results.size();
        results.resize(before + part);
        staging.download(stream, results.data() + before, m_results + place, part * sizeof(StepResult));
        m_collected += part;
    }
}

void OrderRings::restart() {
    m_added = m_sent = m_collected = 0;
}

} // namespace kernelscope::cuda
