// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/pool.h"

#include <algorithm>

namespace kernelscope::cpu {
PoolStep::PoolStep(const StepOf<Pool>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_pool(step.layer),
      m_in(in),
      m_out(out),
      m_needsInputGradient(step.needsInputGradient) {
    const Layout& result = m_out.layout;
    if (m_pool.kind == PoolKind::Max)
        m_arguments = AlignedBuffer<std::int32_t>(
            environment.groups.slots() * result.neededRows * result.neededColumns * result.channelStride);
    m_windows.assign(size(environment.groups.threads), std::vector<const float*>(size(m_pool.size)));
}

std::int32_t* PoolStep::arguments(std::size_t image, std::size_t row, int thread) const {
    const Layout& result = m_out.layout;
    const std::size_t slot = environment().groups.slot(image, thread);
    return m_arguments.data() + (slot * result.neededRows + row) * result.neededColumns * result.channelStride;
}

void PoolStep::forward(IndexRange images, int thread, const Pass&) {
    for (std::size_t image = images.begin; image < images.end; ++image) {
        if (m_pool.kind == PoolKind::Max)
            forwardMax(image, thread);
        else
            forwardAverage(image, thread);
    }
    countFlops(thread, images.count() * flopsOfImage());
}

void PoolStep::backward(IndexRange images, int thread) {
    if (!m_needsInputGradient)
        return;
    for (std::size_t image = images.begin; image < images.end; ++image) {
        std::fill_n(m_in.gradient(image, thread), m_in.layout.size(), 0.0f);
        if (m_pool.kind == PoolKind::Max)
            backwardMax(image, thread);
        else
            backwardAverage(image, thread);
    }
    countFlops(thread, images.count() * flopsOfImage());
}

std::size_t PoolStep::flopsOfImage() const {
    // A maximum is found by comparisons; an average takes a sum over its window.
    const std::size_t window = m_pool.kind == PoolKind::Max ? 0 : size(m_pool.size * m_pool.size);
    return m_out.layout.neededRows * m_out.layout.neededColumns * size(m_out.layout.shape.channels) * window;
}

void PoolStep::forwardMax(std::size_t image, int thread) {
    const Layout& layout = m_in.layout;
    const Layout& result = m_out.layout;
    std::vector<const float*>& window = m_windows[size(thread)];
    MaxPoolRow row{};
    row.rows = window.data();
    row.inputStep = layout.channelStride;
    row.size = size(m_pool.size);
    row.stride = size(m_pool.stride);
    row.columns = result.neededColumns;
    row.vectors = result.channelStride / kernels().lanes;
    row.outputStep = row.argumentStep = result.channelStride;
    row.rowOffset = static_cast<std::int32_t>(layout.rowStride());
    row.columnOffset = static_cast<std::int32_t>(layout.channelStride);
    row.function = Function::None;
    for (std::size_t y = 0; y < result.neededRows; ++y) {
        for (std::size_t i = 0; i < window.size(); ++i)
            window[i] = m_in.value(image, thread) + layout.offset(y * row.stride + i, 0);
        row.firstOffset = static_cast<std::int32_t>(layout.offset(y * row.stride, 0));
        row.output = m_out.value(image, thread) + result.offset(y, 0);
        row.arguments = arguments(image, y, thread);
        kernels().maxPoolRow(row);
    }
}

void PoolStep::backwardMax(std::size_t image, int thread) {
    const Layout& result = m_out.layout;
    MaxPoolRowBackward row{};
    row.inputGradient = m_in.gradient(image, thread);
    row.columns = result.neededColumns;
    row.channels = size(result.shape.channels);
    row.outputStep = row.argumentStep = result.channelStride;
    for (std::size_t y = 0; y < result.neededRows; ++y) {
        row.gradient = m_out.gradient(image, thread) + result.offset(y, 0);
        row.arguments = arguments(image, y, thread);
        kernels().maxPoolRowBackward(row);
    }
}

AveragePoolRow PoolStep::averageRow() const {
    AveragePoolRow row{};
    row.rowStep = m_in.layout.rowStride();
    row.pixelStep = m_in.layout.channelStride;
    row.outputStep = m_out.layout.channelStride;
    row.size = size(m_pool.size);
    row.stride = size(m_pool.stride);
    row.columns = m_out.layout.neededColumns;
    row.vectors = m_out.layout.channelStride / kernels().lanes;
    return row;
}

void PoolStep::forwardAverage(std::size_t image, int thread) {
    AveragePoolRow row = averageRow();
    for (std::size_t y = 0; y < m_out.layout.neededRows; ++y) {
        row.input = m_in.value(image, thread) + m_in.layout.offset(y * row.stride, 0);
        row.output = m_out.value(image, thread) + m_out.layout.offset(y, 0);
        kernels().averagePoolRow(row);
    }
}

void PoolStep::backwardAverage(std::size_t image, int thread) {
    AveragePoolRow row = averageRow();
    for (std::size_t y = 0; y < m_out.layout.neededRows; ++y) {
        row.inputGradient = m_in.gradient(image, thread) + m_in.layout.offset(y * row.stride, 0);
        row.gradient = m_out.gradient(image, thread) + m_out.layout.offset(y, 0);
        kernels().averagePoolRowBackward(row);
    }
}

} // namespace kernelscope::cpu
