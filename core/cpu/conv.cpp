// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/conv.h"

#include <algorithm>

namespace kernelscope::cpu {
namespace {

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

} // namespace

ConvStep::ConvStep(const StepOf<Conv>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_step(step),
      m_in(in),
      m_out(out),
      m_function(nonlinearityOf(step.epilogue.activation)),
      m_kernel(size(step.layer.kernel)),
      m_channels(size(step.in.channels)),
      m_filters(size(step.layer.filters)) {
    const std::size_t lanes = kernels().lanes;
    const Layout& layout = m_in.layout;
    const Layout& result = m_out.layout;
    const std::optional<Pool>& pool = m_step.epilogue.pool;
    m_columns = pool ? (result.neededColumns - 1) * size(pool->stride) + size(pool->size) : result.neededColumns;
    m_rows = pool ? (result.neededRows - 1) * size(pool->stride) + size(pool->size) : result.neededRows;
    m_window = m_kernel * m_kernel * m_channels;
    m_corner = layout.offset(0, 0) - size(zerosAlong(step.layer, step.in.height).before) * layout.rowStride() -
               size(zerosAlong(step.layer, step.in.width).before) * layout.channelStride;
    m_rowStep = size(step.layer.stride) * layout.rowStride();
    m_columnStep = size(step.layer.stride) * layout.channelStride;
    const std::size_t run = m_kernel * layout.channelStride;
    m_runVectors = roundUp(run, lanes) / lanes;
    m_filterStride = m_kernel * m_runVectors * lanes;
    m_listCapacity = result.neededRows * result.neededColumns + 1;
    const std::size_t paddedFilters = roundUp(m_filters, lanes);
    m_packed = AlignedBuffer<float>(paddedFilters * m_kernel * m_kernel * m_channels);
    m_isConvolvedBack = step.needsInputGradient && !pool && step.layer.stride == 1;
    if (m_isConvolvedBack) {
        m_turned = AlignedBuffer<float>(roundUp(m_channels, lanes) * m_kernel * m_kernel * m_filters);
        m_noBias = AlignedBuffer<float>(2 * lanes);
    }
    if (pool)
        m_arguments = AlignedBuffer<std::int32_t>(
            environment.capacity * result.neededRows * result.neededColumns * result.channelStride);

    m_weights = arenas().reserve(m_filters * m_filterStride);
    m_bias = arenas().reserve(paddedFilters);
    std::size_t canonical = m_step.weights.offset;
    for (std::size_t o = 0; o < m_filters; ++o)
        for (std::size_t c = 0; c < m_channels; ++c)
            for (std::size_t i = 0; i < m_kernel; ++i)
                for (std::size_t j = 0; j < m_kernel; ++j)
                    arenas().place[canonical++] = static_cast<std::uint32_t>(
                        m_weights + o * m_filterStride + i * m_runVectors * lanes + j * layout.channelStride + c);
    for (std::size_t o = 0; o < m_filters; ++o)
        arenas().place[m_step.bias.offset + o] = static_cast<std::uint32_t>(m_bias + o);

    for (int thread = 0; thread < environment.threads; ++thread) {
        Scratch& scratch = m_scratch.emplace_back();
        if (pool) {
            scratch.rows = AlignedBuffer<float>(size(pool->size) * m_columns * 2 * lanes);
            scratch.window.resize(size(pool->size));
        }
        scratch.entries = AlignedBuffer<GradientEntry>(m_filters * m_listCapacity);
        scratch.counts = AlignedBuffer<std::int32_t>(m_filters);
        scratch.weightGradient = AlignedBuffer<float>(m_filters * m_filterStride);
        scratch.biasGradient = AlignedBuffer<float>(paddedFilters);
        if (m_isConvolvedBack)
            scratch.framed = AlignedBuffer<float>(
                (size(step.in.height) + m_kernel - 1) * (size(step.in.width) + m_kernel - 1) * result.channelStride);
    }
}

void ConvStep::forward(IndexRange images, int thread, const Pass&) {
    for (std::size_t image = images.begin; image < images.end; ++image)
        forwardImage(image, m_scratch[size(thread)]);
    countFlops(thread, images.count() * m_filters * m_rows * m_columns * (2 * m_window + flopsOf(m_function)));
}

void ConvStep::forwardImage(std::size_t image, Scratch& scratch) {
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
        if (m_step.epilogue.pool) {
            forwardPooled(row, first, image, scratch);
        } else {
            row.outputStep = result.channelStride;
            for (std::size_t y = 0; y < result.neededRows; ++y) {
                row.input = m_in.value(image) + m_corner + y * m_rowStep;
                row.output = m_out.value(image) + result.offset(y, 0) + first;
                kernels().convRow(row);
            }
        }
    }
    if (!m_step.epilogue.pool && m_function.function != Function::None)
        for (std::size_t y = 0; y < result.neededRows; ++y) {
            float* values = m_out.value(image) + result.offset(y, 0);
            kernels().activate(m_function, values, values, result.neededColumns * result.channelStride);
            restorePadding(m_function, values, result.neededColumns, result.channelStride, m_filters);
        }
}

void ConvStep::forwardPooled(const ConvRow& convolution, std::size_t firstFilter, std::size_t image, Scratch& scratch) {
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
            row.input = m_in.value(image) + m_corner + next * m_rowStep;
            row.output = scratch.rows.data() + next % poolSize * ringStride;
            kernels().convRow(row);
            if (!isRectified && m_function.function != Function::None)
                kernels().activate(m_function, row.output, row.output, ringStride);
        }
        for (std::size_t i = 0; i < poolSize; ++i)
            scratch.window[i] = scratch.rows.data() + (top + i) % poolSize * ringStride;
        pooling.firstOffset = static_cast<std::int32_t>(top * m_rowStep);
        pooling.output = m_out.value(image) + result.offset(y, 0) + firstFilter;
        pooling.arguments = m_arguments.data() +
                            (image * result.neededRows + y) * result.neededColumns * result.channelStride + firstFilter;
        kernels().maxPoolRow(pooling);
        restorePadding(m_function, pooling.output - firstFilter, result.neededColumns, result.channelStride, m_filters);
    }
}

void ConvStep::beginBatch(int thread) {
    Scratch& scratch = m_scratch[size(thread)];
    std::fill_n(scratch.weightGradient.data(), scratch.weightGradient.size(), 0.0f);
    std::fill_n(scratch.biasGradient.data(), scratch.biasGradient.size(), 0.0f);
}

void ConvStep::backward(IndexRange images, int thread) {
    for (std::size_t image = images.begin; image < images.end; ++image)
        backwardImage(image, thread, m_scratch[size(thread)]);
}

void ConvStep::backwardImage(std::size_t image, int thread, Scratch& scratch) {
    const Layout& result = m_out.layout;
    CollectGradients collect{};
    collect.gradient = m_out.gradient(image, thread) + result.offset(0, 0);
    collect.result = m_out.value(image) + result.offset(0, 0);
    collect.rowStep = result.rowStride();
    collect.pixelStep = result.channelStride;
    collect.rows = result.neededRows;
    collect.columns = result.neededColumns;
    collect.argumentRowStep = result.neededColumns * result.channelStride;
    if (m_step.epilogue.pool)
        collect.arguments = m_arguments.data() + image * result.neededRows * collect.argumentRowStep;
    collect.windowRowStep = m_rowStep;
    collect.windowColumnStep = m_columnStep;
    collect.filters = m_filters;
    collect.function = m_function;
    collect.entries = scratch.entries.data();
    collect.capacity = m_listCapacity;
    collect.counts = scratch.counts.data();
    collect.biasGradient = scratch.biasGradient.data();
    kernels().collectGradients(collect);

    const std::size_t lanes = kernels().lanes;
    ConvBackward backward{};
    backward.entries = scratch.entries.data();
    backward.counts = scratch.counts.data();
    backward.capacity = m_listCapacity;
    backward.filters = m_filters;
    backward.kernel = m_kernel;
    backward.runVectors = m_runVectors;
    backward.lastLanes = m_kernel * m_in.layout.channelStride - (m_runVectors - 1) * lanes;
    backward.rowStep = m_in.layout.rowStride();
    backward.input = m_in.value(image) + m_corner;
    backward.weights = arenas().parameters.data() + m_weights;
    backward.weightGradient = scratch.weightGradient.data();
    kernels().convWeightGradient(backward);
    std::size_t entries = 0;
    for (std::size_t o = 0; o < m_filters; ++o)
        entries += size(scratch.counts.data()[o]);
    const bool isListedBack = m_step.needsInputGradient && !m_isConvolvedBack;
    countFlops(thread, entries * 2 * m_window * (isListedBack ? 2 : 1) +
                           result.neededRows * result.neededColumns * m_filters * (1 + flopsOf(m_function)));
    if (m_isConvolvedBack) {
        inputGradientOf(image, thread, scratch);
    } else if (m_step.needsInputGradient) {
        float* gradient = m_in.gradient(image, thread);
        std::fill_n(gradient, m_in.layout.size(), 0.0f);
        backward.inputGradient = gradient + m_corner;
        kernels().convInputGradient(backward);
    }
}

void ConvStep::inputGradientOf(std::size_t image, int thread, Scratch& scratch) {
    countFlops(thread, m_step.in.size() * 2 * m_kernel * m_kernel * m_filters);
    const std::size_t lanes = kernels().lanes;
    const Layout& layout = m_in.layout;
    const Layout& result = m_out.layout;
    // The first input is in the first window's last row but for the padding: so much of the frame lies before it.
    const std::size_t above = m_kernel - 1 - size(zerosAlong(m_step.layer, m_step.in.height).before);
    const std::size_t left = m_kernel - 1 - size(zerosAlong(m_step.layer, m_step.in.width).before);
    const std::size_t framedRow = (size(m_step.in.width) + m_kernel - 1) * result.channelStride;
    for (std::size_t y = 0; y < result.neededRows; ++y)
        std::copy_n(m_out.gradient(image, thread) + result.offset(y, 0), result.neededColumns * result.channelStride,
            scratch.framed.data() + (above + y) * framedRow + left * result.channelStride);

    ConvRow row{};
    row.kernel = m_kernel;
    row.channels = m_filters;
    row.rowStep = framedRow;
    row.columnStep = row.pixelStep = result.channelStride;
    row.bias = m_noBias.data();
    row.columns = size(m_step.in.width);
    row.outputStep = layout.channelStride;
    for (std::size_t first = 0; first < m_channels; first += 2 * lanes) {
        row.vectors = m_channels - first > lanes ? 2 : 1;
        row.weights = m_turned.data() + first * m_kernel * m_kernel * m_filters;
        for (std::size_t y = 0; y < size(m_step.in.height); ++y) {
            row.input = scratch.framed.data() + y * framedRow;
            row.output = m_in.gradient(image, thread) + layout.offset(y, 0) + first;
            kernels().convRow(row);
        }
    }
}

IndexRange ConvStep::ownedFilters(int part) const {
    // Whole vectors of filters, as packParameters() writes them.
    const std::size_t lanes = kernels().lanes;
    const IndexRange vectors = partition(roundUp(m_filters, lanes) / lanes, part, environment().threads);
    return {std::min(vectors.begin * lanes, m_filters), std::min(vectors.end * lanes, m_filters)};
}

std::vector<ParameterRange> ConvStep::ownedParameters(int part) const {
    const IndexRange filters = ownedFilters(part);
    return {{{m_weights + filters.begin * m_filterStride, m_weights + filters.end * m_filterStride}, true},
        {{m_bias + filters.begin, m_bias + filters.end}, false}};
}

void ConvStep::reduceGradients(int part, std::size_t, bool, bool last) {
    if (!last)
        return;
    const IndexRange filters = ownedFilters(part);
    const IndexRange weights{filters.begin * m_filterStride, filters.end * m_filterStride};
    float* gradients = arenas().gradients.data();
    countFlops(part, (m_scratch.size() - 1) * filters.count() * (m_window + 1));
    // Always in the threads' order, so that a sum is the same whoever comes first.
    for (std::size_t thread = 0; thread < m_scratch.size(); ++thread) {
        const float* __restrict from = m_scratch[thread].weightGradient.data();
        float* __restrict to = gradients + m_weights;
        if (thread == 0)
            std::copy(from + weights.begin, from + weights.end, to + weights.begin);
        else
            for (std::size_t i = weights.begin; i < weights.end; ++i)
                to[i] += from[i];
        const float* bias = m_scratch[thread].biasGradient.data();
        for (std::size_t o = filters.begin; o < filters.end; ++o)
            gradients[m_bias + o] = (thread == 0 ? 0 : gradients[m_bias + o]) + bias[o];
    }
}

void ConvStep::packParameters(int part) {
    const std::size_t lanes = kernels().lanes;
    const IndexRange filters = ownedFilters(part);
    for (std::size_t o = filters.begin; o < filters.end; ++o) {
        const std::size_t pair = o / (2 * lanes) * 2 * lanes;
        const std::size_t width = m_filters - pair > lanes ? 2 * lanes : lanes;
        const float* from = arenas().parameters.data() + m_weights + o * m_filterStride;
        float* to = m_packed.data() + pair * m_kernel * m_kernel * m_channels + (o - pair);
        for (std::size_t i = 0; i < m_kernel; ++i)
            for (std::size_t j = 0; j < m_kernel; ++j)
                for (std::size_t c = 0; c < m_channels; ++c, to += width)
                    *to = from[i * m_runVectors * lanes + j * m_in.layout.channelStride + c];
    }
    if (!m_isConvolvedBack)
        return;
    for (std::size_t o = filters.begin; o < filters.end; ++o)
        for (std::size_t c = 0; c < m_channels; ++c) {
            const std::size_t pair = c / (2 * lanes) * 2 * lanes;
            const std::size_t width = m_channels - pair > lanes ? 2 * lanes : lanes;
            const float* from = arenas().parameters.data() + m_weights + o * m_filterStride + c;
            float* to = m_turned.data() + pair * m_kernel * m_kernel * m_filters + o * width + (c - pair);
            for (std::size_t i = 0; i < m_kernel; ++i)
                for (std::size_t j = 0; j < m_kernel; ++j)
                    to[(i * m_kernel + j) * m_filters * width] = from[(m_kernel - 1 - i) * m_runVectors * lanes +
                                                                      (m_kernel - 1 - j) * m_in.layout.channelStride];
        }
}

} // namespace kernelscope::cpu
