// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the host tells the device which training steps to make, and how it hears of them.
#pragma once

#include "cuda/staging.h"
#include "cuda/step_state.h"
#include "training/backend.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope::cuda {

/// Rings in device memory: of orders and of their sample indices, which the host writes, and of results, which it
/// reads.
///
/// The host writes into a page-locked twin of the rings and lets a stream of its own copy it, while the device still
/// works on earlier orders. An order's place is its number modulo the ring's size; its samples are at that place times
/// the batch size.
class OrderRings {
public:
    /// @param batchSize images of an order at most; @param ahead orders that are written before the device is done with
    /// earlier ones.
    OrderRings(int batchSize, std::uint32_t ahead, DeviceMemory& memory);

    /// The next order's place. Waits for nothing: the caller keeps the device less than `ahead` orders behind.
    /// The rates and the number are the caller's to fill; samples are copied.
    void add(StepOrder order, std::span<const std::uint32_t> samples);
    /// Puts the copy of what was added since the last call into a stream.
    void send(cudaStream_t stream);

    /// Results that the ring has room for before collect() must be called.
    std::uint32_t room() const { return m_resultCount - (m_added - m_collected); }
    /// Fetches the results of all orders since the last call, in order, behind what is in the stream. Waits.
    void collect(std::vector<StepResult>& results, Staging& staging, cudaStream_t stream);

    /// Counts orders from 0 again, as the device does when its StepState was cleared.
    void restart();

    std::uint32_t added() const { return m_added; }
    const StepOrder* orders() const { return m_orders; }      ///< Device memory, as the next ones.
    std::uint32_t orderCount() const { return m_orderCount; } ///< Size of the ring, a power of two.
    const std::uint32_t* samples() const { return m_samples; }
    std::uint32_t sampleCount() const { return m_orderCount * m_batchSize; }
    StepResult* results() const { return m_results; }
    std::uint32_t resultCount() const { return m_resultCount; } ///< Size of the ring, a power of two.

private:
    std::uint32_t m_batchSize;
    std::uint32_t m_orderCount;
    std::uint32_t m_resultCount;
    PinnedBuffer<StepOrder> m_hostOrders;
    PinnedBuffer<std::uint32_t> m_hostSamples;
    StepOrder* m_orders;
    std::uint32_t* m_samples;
    StepResult* m_results;
    std::uint32_t m_added = 0; ///< As StepState::next will be, once the device has come so far.
    std::uint32_t m_sent = 0;
    std::uint32_t m_collected = 0;
};

} // namespace kernelscope::cuda
