// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From channels-last to a vector in canonical order, where somebody needs that.
#pragma once

#include "cpu/step.h"

namespace kernelscope::cpu {

/// Moves values from their layout into one vector in canonical (CHW) order. Dense layers read any layout, so this is
/// needed only where a flattened vector is convolved, pooled or taken as logits, or is asked for by an unfused plan.
class FlattenStep final : public CpuStep {
public:
    FlattenStep(Edge& in, Edge& out, const Environment& environment);

    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;

private:
    Edge& m_in;
    Edge& m_out;
    std::vector<std::size_t> m_offsets; ///< In the input, of each value in canonical order.
};

} // namespace kernelscope::cpu
