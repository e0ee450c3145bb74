// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/dropout.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::cpu {
namespace {

constexpr std::size_t blockValues = 4; // of one Philox block
constexpr std::size_t blocksAtOnce = 16;

} // namespace

DropoutStep::DropoutStep(const StepOf<Dropout>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_step(step),
      m_in(in),
      m_out(out) {
    const Layout& layout = m_in.layout;
    m_positions = static_cast<std::size_t>(layout.shape.height) * static_cast<std::size_t>(layout.shape.width);
    m_maskSize = m_positions * layout.channelStride;
    m_masks = AlignedBuffer<std::uint8_t>(environment.groups.slots() * m_maskSize);
    for (int thread = 0; thread < environment.groups.threads; ++thread)
        m_drawn.emplace_back(roundUp(layout.shape.size(), blockValues * blocksAtOnce));
}

void DropoutStep::drawMask(std::size_t image, int thread, const Pass& pass) {
    const AlignedBuffer<std::uint8_t>& drawn = m_drawn[static_cast<std::size_t>(thread)];
    const std::uint64_t seed = environment().seed;
    DropoutMask draw{};
    draw.key[0] = static_cast<std::uint32_t>(seed);
    draw.key[1] = static_cast<std::uint32_t>(seed >> 32);
    draw.position = static_cast<std::uint32_t>(pass.firstPosition + image);
    draw.step = static_cast<std::uint32_t>(pass.step);
    draw.stream = dropoutStream(m_step.firstLayer);
    // The least of the 24-bit numbers that are not below the rate.
    draw.threshold = static_cast<std::uint32_t>(std::ceil(static_cast<double>(m_step.layer.rate) * 16777216.0));
    draw.blocks = drawn.size() / blockValues;
    draw.kept = drawn.data();
    kernels().dropoutMask(draw);

    const std::size_t stride = m_in.layout.channelStride;
    const auto channels = static_cast<std::size_t>(m_in.layout.shape.channels);
    std::uint8_t* to = mask(image, thread);
    for (std::size_t position = 0; position < m_positions; ++position)
        for (std::size_t c = 0; c < channels; ++c)
            to[position * stride + c] = drawn.data()[c * m_positions + position];
}

void DropoutStep::forward(IndexRange images, int thread, const Pass& pass) {
    const std::size_t stride = m_in.layout.channelStride;
    const std::size_t count = m_out.layout.neededColumns * stride;
    const std::size_t maskRow = static_cast<std::size_t>(m_in.layout.shape.width) * stride;
    countFlops(thread, pass.training ? images.count() * m_in.layout.shape.size() : 0);
    for (std::size_t image = images.begin; image < images.end; ++image) {
        if (pass.training)
            drawMask(image, thread, pass);
        for (std::size_t y = 0; y < m_out.layout.neededRows; ++y) {
            const float* from = m_in.value(image, thread) + m_in.layout.offset(y, 0);
            float* to = m_out.value(image, thread) + m_out.layout.offset(y, 0);
            if (pass.training)
                kernels().applyMask(
                    mask(image, thread) + y * maskRow, dropoutScale(m_step.layer.rate), from, to, count);
            else
                std::copy_n(from, count, to);
        }
    }
}

void DropoutStep::backward(IndexRange images, int thread) {
    if (!m_step.needsInputGradient)
        return;
    const std::size_t stride = m_in.layout.channelStride;
    const std::size_t maskRow = static_cast<std::size_t>(m_in.layout.shape.width) * stride;
    countFlops(thread, images.count() * m_in.layout.shape.size());
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_out.layout.neededRows; ++y)
            kernels().applyMask(mask(image, thread) + y * maskRow, dropoutScale(m_step.layer.rate),
                m_out.gradient(image, thread) + m_out.layout.offset(y, 0),
                m_in.gradient(image, thread) + m_in.layout.offset(y, 0), m_out.layout.neededColumns * stride);
}

} // namespace kernelscope::cpu
