// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a run's network took the test images for, epoch by epoch, in bounded memory.
#pragma once

#include "training/prediction.h"

#include <cstddef>
#include <vector>

namespace kernelscope {

/// The predictions of a run's epochs. Where a run has more epochs than there is room for, evenly spaced ones stay:
/// always the first and the newest, and between them every second, then every fourth, and so on.
class PredictionHistory {
public:
    /// Room for 400 epochs of 10,000 test images.
    static constexpr std::size_t kBytes = 64'000'000;

    /// @param bytes that the kept predictions may take; three epochs are kept in any case.
    explicit PredictionHistory(std::size_t bytes = kBytes) : m_bytes(bytes) {}

    /// Takes the next epoch in. Ignored where it is not later than the last one.
    void add(EpochPredictionsPtr predictions);

    /// Those that are kept, in their order.
    const std::vector<EpochPredictionsPtr>& epochs() const { return m_epochs; }
    bool isEmpty() const { return m_epochs.empty(); }
    /// Kept are the first and each `stride`-th epoch after it, and the newest.
    int stride() const { return m_stride; }

private:
    std::size_t m_bytes;
    int m_stride = 1;
    std::vector<EpochPredictionsPtr> m_epochs;
};

} // namespace kernelscope
