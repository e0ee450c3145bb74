// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Softmax and cross-entropy on the CPU.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"
#include "training/prediction.h"

namespace kernelscope::cpu {

/// Loss of each image, and at once its gradient: softmax - one-hot, divided by the images of the batch.
class SoftmaxLossStep final : public CpuStep {
public:
    /// What a thread summed up since reset().
    struct Sums {
        double loss = 0;
        std::int64_t correct = 0; ///< Images whose greatest logit (the first of equals) is the label's.
    };

    SoftmaxLossStep(const SoftmaxLoss& step, Edge& in, const Environment& environment);

    bool isPerImage() const override { return false; }
    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange, int) override {}

    /// Class of the image in a slot; set before forward().
    std::uint8_t& label(std::size_t image) { return m_labels[image]; }
    /// Images in the batch, which divide the gradient of one thread's images.
    void reset(int thread, std::size_t batchCount);
    /// Where the thread's next forward() leaves what the network takes its images for, in their order: one place for
    /// each, or none at all. Holds until the next call.
    void predictInto(int thread, std::span<Prediction> places) {
        m_threads[static_cast<std::size_t>(thread)].predictions = places;
    }
    const Sums& sums(int thread) const { return m_threads[static_cast<std::size_t>(thread)].sums; }

private:
    struct alignas(64) PerThread {
        Sums sums;
        float scale = 1;
        std::vector<float> exponentials;
        std::span<Prediction> predictions;
    };

    Edge& m_in;
    std::size_t m_classes;
    std::vector<std::uint8_t> m_labels;
    std::vector<PerThread> m_threads;
};

} // namespace kernelscope::cpu
