// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Batch normalisation on the CPU, with its activation.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"

namespace kernelscope::cpu {

/// Batch norm + activation. In training, each thread sums over its images, in double; after the barrier every thread
/// adds up all threads' sums, in the same order, and goes on with its images. When the network is only used, running
/// statistics, weight and bias become one multiplication and addition.
class BatchNormStep final : public CpuStep {
public:
    BatchNormStep(const StepOf<BatchNorm>& step, Edge& in, Edge& out, const Environment& environment);

    bool isPerImage() const override { return false; }
    bool needsWholeBatch() const override { return true; }
    void prepareForward(IndexRange images, int thread) override;
    void forward(IndexRange images, int thread, const Pass& pass) override;
    void prepareBackward(IndexRange images, int thread) override;
    void backward(IndexRange images, int thread) override;
    void reduceGradients(int part, std::size_t images, bool first, bool last) override;
    std::vector<ParameterRange> ownedParameters(int part) const override;
    void updateState(int part) override;

private:
    /// What a thread has of its own; all arrays are by channel, with zeros behind the last.
    struct Scratch {
        /// Over the thread's images, read by all threads: of values, then of their squares.
        AlignedBuffer<double> sums;
        /// Likewise of gradients, then of gradients times (value - mean).
        AlignedBuffer<double> gradientSums;

        double count = 0; ///< Values of a channel in the batch, as all that follows the same in every thread.
        AlignedBuffer<double> mean;
        AlignedBuffer<double> variance; ///< Biased.
        AlignedBuffer<double> inverse;  ///< 1 / sqrt(variance + epsilon).
        AlignedBuffer<double> weightGradient;
        AlignedBuffer<double> biasGradient;
        AlignedBuffer<float> floatMean; ///< What the loops over values read; see NormRow.
        AlignedBuffer<float> scale;
        AlignedBuffer<float> shift;
        AlignedBuffer<float> factor;
    };

    NormRow rowOf(const Scratch& scratch) const;
    std::size_t valuesOf(IndexRange images) const;
    /// One of all threads' sums, in the threads' order.
    double total(AlignedBuffer<double> Scratch::*sums, std::size_t index) const;
    void takeBatchStatistics(Scratch& scratch, std::size_t images) const;
    void takeRunningStatistics(Scratch& scratch) const;

    StepOf<BatchNorm> m_step;
    Edge& m_in;
    Edge& m_out;
    Nonlinearity m_function;
    std::size_t m_channels;
    std::size_t m_stride; ///< Channels with their padding.
    std::size_t m_rows;
    std::size_t m_columns;
    std::size_t m_weights; ///< Offsets in the arenas.
    std::size_t m_bias;
    std::vector<Scratch> m_scratch;
};

} // namespace kernelscope::cpu
