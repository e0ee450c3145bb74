// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/conv.h"

#include <algorithm>
#include <limits>

namespace kernelscope::cpu {
ConvStep::ConvStep(
    const StepOf<Conv>& step, const NeededWork& work, Edge& in, Edge& out, const Environment& environment)
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
    m_columns = size(work.outputColumns);
    m_rows = size(work.outputRows);
    m_window = m_kernel * m_kernel * m_channels;
    m_corner = layout.offset(0, 0) - size(zerosAlong(step.layer, step.in.height).before) * layout.rowStride() -
               size(zerosAlong(step.layer, step.in.width).before) * layout.channelStride;
    m_rowStep = size(step.layer.stride) * layout.rowStride();
    m_columnStep = size(step.layer.stride) * layout.channelStride;
    const std::size_t run = m_kernel * layout.channelStride;
    m_runVectors = roundUp(run, lanes) / lanes;
    m_filterStride = m_kernel * m_runVectors * lanes;
    m_listCapacity = size(work.gradients) + 1;
    const std::size_t paddedFilters = roundUp(m_filters, lanes);
    m_packed = AlignedBuffer<float>(paddedFilters * m_kernel * m_kernel * m_channels);
    m_isConvolvedBack = step.needsInputGradient && !pool && step.layer.stride == 1;
    if (m_isConvolvedBack) {
        m_turned = AlignedBuffer<float>(roundUp(m_channels, lanes) * m_kernel * m_kernel * m_filters);
        m_noBias = AlignedBuffer<float>(roundUp(m_channels, lanes) + lanes);
    }
    if (m_kernel == 3 && step.layer.stride == 1)
        chooseWinograd();
    m_isPooledInRegisters = pool && pool->size == 2 && pool->stride == 2 && !m_winograd;
    m_sumsWindows = windowGradientsPay();
    if (m_step.needsInputGradient && !m_isConvolvedBack)
        numberWindows();
    if (pool)
        m_arguments = AlignedBuffer<std::int32_t>(
            environment.groups.slots() * result.neededRows * result.neededColumns * result.channelStride);

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

    for (int thread = 0; thread < environment.groups.threads; ++thread) {
        Scratch& scratch = m_scratch.emplace_back();
        if (pool) {
            scratch.rows = AlignedBuffer<float>(size(pool->size) * m_columns * 2 * lanes);
            scratch.window.resize(size(pool->size));
        }
        if (m_sumsWindows) {
            scratch.weightGradient = AlignedBuffer<float>(paddedFilters * m_kernel * run);
        } else if (!m_winogradWeights) {
            scratch.entries = AlignedBuffer<GradientEntry>(m_filters * m_listCapacity);
            scratch.counts = AlignedBuffer<std::int32_t>(m_filters);
            if (m_windowOffsets.size() > 0) {
                const std::size_t windows = m_windowOffsets.size();
                scratch.windowEntries = AlignedBuffer<GradientEntry>(
                    m_windowCapacity > 0 ? windows * m_windowCapacity : m_filters * m_listCapacity);
                scratch.windowFirsts = AlignedBuffer<std::int32_t>(windows);
                scratch.windowEnds = AlignedBuffer<std::int32_t>(windows);
                for (std::size_t window = 0; window < windows; ++window)
                    scratch.windowFirsts.data()[window] = static_cast<std::int32_t>(window * m_windowCapacity);
            }
            scratch.weightGradient = AlignedBuffer<float>(m_filters * m_filterStride);
        }
        scratch.biasGradient = AlignedBuffer<float>(paddedFilters);
        if (m_isConvolvedBack)
            scratch.framed = AlignedBuffer<float>(
                (size(step.in.height) + m_kernel - 1) * (size(step.in.width) + m_kernel - 1) * result.channelStride);
    }
}

void ConvStep::chooseWinograd() {
    const Layout& layout = m_in.layout;
    const Layout& result = m_out.layout;
    const int threads = environment().groups.threads;
    const std::optional<Pool>& pool = m_step.epilogue.pool;
    const bool isTilePool = !pool || (pool->size == 2 && pool->stride == 2);
    if (isTilePool && Winograd::pays(kernels(), m_rows, m_columns, m_channels, layout.channelStride, m_filters))
        m_winograd.emplace(kernels(), m_rows, m_columns, m_channels, layout.channelStride, m_filters, threads);
    const std::size_t height = size(m_step.in.height);
    const std::size_t width = size(m_step.in.width);
    if (m_isConvolvedBack && Winograd::pays(kernels(), height, width, m_filters, result.channelStride, m_channels))
        m_winogradBack.emplace(kernels(), height, width, m_filters, result.channelStride, m_channels, threads);
    if (m_winogradBack && m_winograd && !pool)
        m_winogradWeights.emplace(
            kernels(), m_rows, m_columns, layout.channelStride, m_filters, result.channelStride, threads);
}

void ConvStep::numberWindows() {
    m_windowOffsets = AlignedBuffer<std::int32_t>(m_rows * m_columns);
    m_windowAt = AlignedBuffer<std::int32_t>(m_in.layout.size() / kernels().lanes);
    for (std::size_t y = 0, window = 0; y < m_rows; ++y)
        for (std::size_t x = 0; x < m_columns; ++x, ++window) {
            const std::size_t offset = y * m_rowStep + x * m_columnStep;
            m_windowOffsets.data()[window] = static_cast<std::int32_t>(offset);
            m_windowAt.data()[offset / kernels().lanes] = static_cast<std::int32_t>(window);
        }
    // Where pooling's windows overlap, an output may be the maximum of many: then entries are counted before they are
    // sorted. Else each filter has one at most in each window of the convolution, and room for these saves the count.
    const std::optional<Pool>& pool = m_step.epilogue.pool;
    const std::size_t room = m_rows * m_columns * (m_filters + 8);
    if ((!pool || pool->stride >= pool->size) && room <= std::numeric_limits<std::int32_t>::max())
        m_windowCapacity =
            m_filters + 8; // a cache line: lists a power of two apart would share a few sets of the cache
}

bool ConvStep::windowGradientsPay() const {
    // Lists are there anyhow where the input's gradient comes from them.
    if (m_winogradWeights || (m_step.needsInputGradient && !m_isConvolvedBack))
        return false;
    const std::optional<Pool>& pool = m_step.epilogue.pool;
    if (!pool)
        return true;
    if (m_in.layout.channelStride != 1 || m_step.layer.stride != 1 || pool->size != 2)
        return false;
    // In multiply-adds of vectors for a maximum of each filter, of which this way does two where lists do one: these
    // have a kernel's rows to add for about half of the maxima, in vectors of their own, and instructions to find them.
    const std::size_t lanes = kernels().lanes;
    const std::size_t byWindows = 4 * m_window * (roundUp(m_filters, lanes) / lanes);
    const std::size_t byLists = m_filters * (8 + m_kernel * m_runVectors);
    return byWindows < 2 * byLists;
}

void ConvStep::beginBatch(int thread) {
    Scratch& scratch = m_scratch[size(thread)];
    std::fill_n(scratch.weightGradient.data(), scratch.weightGradient.size(), 0.0f);
    std::fill_n(scratch.biasGradient.data(), scratch.biasGradient.size(), 0.0f);
    if (m_winogradWeights)
        m_winogradWeights->begin(thread);
}

IndexRange ConvStep::ownedFilters(int part) const {
    // Whole vectors of filters, as packParameters() writes them.
    const std::size_t lanes = kernels().lanes;
    const IndexRange vectors = partition(roundUp(m_filters, lanes) / lanes, part, environment().groups.threads);
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
        const float* bias = m_scratch[thread].biasGradient.data();
        for (std::size_t o = filters.begin; o < filters.end; ++o)
            gradients[m_bias + o] = (thread == 0 ? 0 : gradients[m_bias + o]) + bias[o];
        if (m_sumsWindows)
            addWindowSums(filters, thread, gradients + m_weights);
        if (m_winogradWeights || m_sumsWindows)
            continue;
        const float* __restrict from = m_scratch[thread].weightGradient.data();
        float* __restrict to = gradients + m_weights;
        if (thread == 0)
            std::copy(from + weights.begin, from + weights.end, to + weights.begin);
        else
            for (std::size_t i = weights.begin; i < weights.end; ++i)
                to[i] += from[i];
    }
    if (m_winogradWeights)
        m_winogradWeights->reduce(filters, gradients + m_weights, m_filterStride, m_runVectors * kernels().lanes);
}

void ConvStep::addWindowSums(IndexRange filters, std::size_t thread, float* gradient) const {
    const std::size_t lanes = kernels().lanes;
    const std::size_t run = m_kernel * m_in.layout.channelStride;
    const std::size_t filterStep = roundUp(m_filters, lanes);
    for (std::size_t o = filters.begin; o < filters.end; ++o) {
        const float* from = m_scratch[thread].weightGradient.data() + o;
        for (std::size_t i = 0; i < m_kernel; ++i) {
            float* to = gradient + o * m_filterStride + i * m_runVectors * lanes;
            for (std::size_t t = 0; t < run; ++t, from += filterStep)
                to[t] = (thread == 0 ? 0 : to[t]) + *from;
        }
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
    if (m_winograd)
        m_winograd->packWeights(m_packed.data(),
            partition(roundUp(m_filters, lanes) / lanes, part, environment().groups.threads), {0, m_channels});
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
    if (m_winogradBack)
        m_winogradBack->packWeights(m_turned.data(), {0, roundUp(m_channels, lanes) / lanes}, filters);
}

} // namespace kernelscope::cpu
