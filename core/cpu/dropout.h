// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Dropout on the CPU.
#pragma once

#include "cpu/step.h"
#include "network/plan.h"

namespace kernelscope::cpu {

/// Draws each image's mask in canonical order, then puts it into the order of the layout, where backward() finds it
/// again. When the network is only used, values are copied.
class DropoutStep final : public CpuStep {
public:
    DropoutStep(const StepOf<Dropout>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(IndexRange images, int thread, const Pass& pass) override;
    void backward(IndexRange images, int thread) override;

private:
    void drawMask(std::size_t image, int thread, const Pass& pass);
    std::uint8_t* mask(std::size_t image, int thread) const {
        return m_masks.data() + environment().groups.slot(image, thread) * m_maskSize;
    }

    StepOf<Dropout> m_step;
    Edge& m_in;
    Edge& m_out;
    std::size_t m_positions;                          ///< Rows times columns.
    std::size_t m_maskSize;                           ///< Of an image: positions times channels with their padding.
    AlignedBuffer<std::uint8_t> m_masks;              ///< [images][positions][channels].
    std::vector<AlignedBuffer<std::uint8_t>> m_drawn; ///< For each thread: one image's in canonical order.
};

} // namespace kernelscope::cpu
