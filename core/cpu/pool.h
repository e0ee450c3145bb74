// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pooling on the CPU, where it is a step of its own.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"

namespace kernelscope::cpu {

/// Max or average pooling of one image after the other.
class PoolStep final : public CpuStep {
public:
    PoolStep(const StepOf<Pool>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;

private:
    void forwardMax(std::size_t image, int thread);
    void forwardAverage(std::size_t image, int thread);
    void backwardMax(std::size_t image, int thread);
    void backwardAverage(std::size_t image, int thread);
    AveragePoolRow averageRow() const;
    std::size_t flopsOfImage() const;
    std::int32_t* arguments(std::size_t image, std::size_t row, int thread) const;

    Pool m_pool;
    Edge& m_in;
    Edge& m_out;
    bool m_needsInputGradient;
    AlignedBuffer<std::int32_t> m_arguments; ///< Place of each maximum: [slots of groups][rows][columns][channels].
    std::vector<std::vector<const float*>> m_windows; ///< For each thread the rows of one window.
};

} // namespace kernelscope::cpu
