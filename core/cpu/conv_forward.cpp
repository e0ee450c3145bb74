// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/conv.h"

#include <algorithm>

namespace kernelscope::cpu {
void ConvStep::forward(IndexRange images, int thread, const Pass&) {
    for (std::size_t image = images.begin; image < images.end; ++image) {
        if (m_winograd)
            forwardWinograd(image, thread);
        else
            forwardImage(image, thread);
    }
    const std::size_t outputs = m_filters * m_rows * m_columns;
    const std::size_t convolution = m_winograd ? m_winograd->flops() : outputs * 2 * m_window;
    countFlops(thread, images.count() * (convolution + outputs * flopsOf(m_function)));
}

void ConvStep::forwardWinograd(std::size_t image, int thread) {
    const Layout& layout = m_in.layout;
    const Layout& result = m_out.layout;
    const WinogradSource source{m_in.value(image, thread) + m_corner, layout.rowStride(), layout.channelStride};
    Winograd::Target target{};
    target.values = m_out.value(image, thread) + result.offset(0, 0);
    target.rowStep = result.rowStride();
    target.pixelStep = result.channelStride;
    target.function = m_function;
    if (m_step.epilogue.pool) {
        target.argumentRowStep = result.neededColumns * result.channelStride;
        target.arguments = argumentsOf(image, thread);
        target.inputRowStep = static_cast<std::int32_t>(m_rowStep);
        target.inputPixelStep = static_cast<std::int32_t>(m_columnStep);
    } else if (m_function.function != Function::Relu) {
        target.function = {Function::None, 0};
    }
    m_winograd->run(source, arenas().parameters.data() + m_bias, target, thread);
    if (m_step.epilogue.pool)
        for (std::size_t y = 0; y < result.neededRows; ++y)
            restorePadding(m_function, m_out.value(image, thread) + result.offset(y, 0), result.neededColumns,
                result.channelStride, m_filters);
    else if (target.function.function != m_function.function)
        activate(image, thread);
}

void ConvStep::forwardImage(std::size_t image, int thread) {
    const std::size_t lanes = kernels().lanes;
    const Layout& result = m_out.layout;
    ConvRow row{};
    row.kernel = m_kernel;
    row.channels = m_channels;
    row.rowStep = m_in.layout.rowStride();
    row.columnStep = m_columnStep;
    row.pixelStep = m_in.layout.channelStride;
    row.columns = m_columns;
    // Two vectors of filters at a time: their weights stay in the first-level cache for the whole image.
    for (std::size_t first = 0; first < m_filters; first += 2 * lanes) {
        row.vectors = m_filters - first > lanes ? 2 : 1;
        row.weights = m_packed.data() + first * m_kernel * m_kernel * m_channels;
        row.bias = arenas().parameters.data() + m_bias + first;
        if (m_isPooledInRegisters) {
            forwardPooledInRegisters(row, first, image, thread);
        } else if (m_step.epilogue.pool) {
            forwardPooled(row, first, image, thread);
        } else {
            row.outputStep = result.channelStride;
            for (std::size_t y = 0; y < result.neededRows; ++y) {
                row.input = m_in.value(image, thread) + m_corner + y * m_rowStep;
                row.output = m_out.value(image, thread) + result.offset(y, 0) + first;
                kernels().convRow(row);
            }
        }
    }
    if (!m_step.epilogue.pool && m_function.function != Function::None)
        activate(image, thread);
}

void ConvStep::activate(std::size_t image, int thread) {
    const Layout& result = m_out.layout;
    for (std::size_t y = 0; y < result.neededRows; ++y) {
        float* values = m_out.value(image, thread) + result.offset(y, 0);
        kernels().activate(m_function, values, values, result.neededColumns * result.channelStride);
        restorePadding(m_function, values, result.neededColumns, result.channelStride, m_filters);
    }
}

void ConvStep::forwardPooled(const ConvRow& convolution, std::size_t firstFilter, std::size_t image, int thread) {
    Scratch& scratch = m_scratch[size(thread)];
    const Layout& result = m_out.layout;
    const std::size_t poolSize = size(m_step.epilogue.pool->size);
    const std::size_t poolStride = size(m_step.epilogue.pool->stride);
    ConvRow row = convolution;
    row.outputStep = row.vectors * kernels().lanes;
    const std::size_t ringStride = m_columns * row.outputStep;

    MaxPoolRow pooling{};
    pooling.rows = scratch.window.data();
    pooling.inputStep = row.outputStep;
    pooling.size = poolSize;
    pooling.stride = poolStride;
    pooling.columns = result.neededColumns;
    pooling.vectors = row.vectors;
    pooling.outputStep = pooling.argumentStep = result.channelStride;
    pooling.rowOffset = static_cast<std::int32_t>(m_rowStep);
    pooling.columnOffset = static_cast<std::int32_t>(m_columnStep);
    // ReLU may come behind the pooling: what ties at 0 has no gradient. Of other functions greater values can have the
    // same result, and the first of equals counts: so they come before it.
    const bool isRectified = m_function.function == Function::Relu;
    pooling.function = isRectified ? Function::Relu : Function::None;

    std::size_t next = 0; // convolution row to be computed
    for (std::size_t y = 0; y < result.neededRows; ++y) {
        const std::size_t top = y * poolStride;
        for (next = std::max(next, top); next < top + poolSize; ++next) {
            row.input = m_in.value(image, thread) + m_corner + next * m_rowStep;
            row.output = scratch.rows.data() + next % poolSize * ringStride;
            kernels().convRow(row);
            if (!isRectified && m_function.function != Function::None)
                kernels().activate(m_function, row.output, row.output, ringStride);
        }
        for (std::size_t i = 0; i < poolSize; ++i)
            scratch.window[i] = scratch.rows.data() + (top + i) % poolSize * ringStride;
        pooling.firstOffset = static_cast<std::int32_t>(top * m_rowStep);
        pooling.output = m_out.value(image, thread) + result.offset(y, 0) + firstFilter;
        pooling.arguments = argumentsOf(image, thread) + y * result.neededColumns * result.channelStride + firstFilter;
        kernels().maxPoolRow(pooling);
        restorePadding(m_function, pooling.output - firstFilter, result.neededColumns, result.channelStride, m_filters);
    }
}

void ConvStep::forwardPooledInRegisters(
    const ConvRow& convolution, std::size_t firstFilter, std::size_t image, int thread) {
    const Layout& result = m_out.layout;
    ConvPooledRow pooled{};
    pooled.row = convolution;
    pooled.row.columns = result.neededColumns;
    pooled.row.outputStep = result.channelStride;
    pooled.outputRowStep = m_rowStep;
    pooled.function = m_function;
    pooled.rowOffset = static_cast<std::int32_t>(m_rowStep);
    pooled.columnOffset = static_cast<std::int32_t>(m_columnStep);
    for (std::size_t y = 0; y < result.neededRows; ++y) {
        const std::size_t at = result.offset(y, 0);
        pooled.row.input = m_in.value(image, thread) + m_corner + 2 * y * m_rowStep;
        pooled.row.output = m_out.value(image, thread) + at + firstFilter;
        pooled.arguments = argumentsOf(image, thread) + y * result.neededColumns * result.channelStride + firstFilter;
        pooled.firstOffset = static_cast<std::int32_t>(2 * y * m_rowStep);
        kernels().convPooledRow(pooled);
        restorePadding(
            m_function, m_out.value(image, thread) + at, result.neededColumns, result.channelStride, m_filters);
    }
}

} // namespace kernelscope::cpu
