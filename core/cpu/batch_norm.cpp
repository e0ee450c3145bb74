// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/batch_norm.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::cpu {
BatchNormStep::BatchNormStep(const StepOf<BatchNorm>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_step(step),
      m_in(in),
      m_out(out),
      m_function(nonlinearityOf(step.epilogue.activation)),
      m_channels(size(step.in.channels)),
      m_stride(in.layout.channelStride),
      m_rows(size(step.in.height)),
      m_columns(size(step.in.width)) {
    m_weights = arenas().reserve(m_channels);
    m_bias = arenas().reserve(m_channels);
    for (std::size_t c = 0; c < m_channels; ++c) {
        arenas().place[m_step.weights.offset + c] = static_cast<std::uint32_t>(m_weights + c);
        arenas().place[m_step.bias.offset + c] = static_cast<std::uint32_t>(m_bias + c);
    }
    for (int thread = 0; thread < environment.groups.threads; ++thread) {
        Scratch& scratch = m_scratch.emplace_back();
        scratch.sums = AlignedBuffer<double>(2 * m_stride);
        scratch.gradientSums = AlignedBuffer<double>(2 * m_stride);
        for (auto* values :
            {&scratch.mean, &scratch.variance, &scratch.inverse, &scratch.weightGradient, &scratch.biasGradient})
            *values = AlignedBuffer<double>(m_channels);
        for (auto* values : {&scratch.floatMean, &scratch.scale, &scratch.shift, &scratch.factor})
            *values = AlignedBuffer<float>(m_stride);
    }
}

NormRow BatchNormStep::rowOf(const Scratch& scratch) const {
    NormRow row{};
    row.positions = m_columns;
    row.pixelStep = m_stride;
    row.vectors = m_stride / kernels().lanes;
    row.mean = scratch.floatMean.data();
    row.scale = scratch.scale.data();
    row.shift = scratch.shift.data();
    row.factor = scratch.factor.data();
    return row;
}

double BatchNormStep::total(AlignedBuffer<double> Scratch::*sums, std::size_t index) const {
    double sum = 0;
    for (const Scratch& scratch : m_scratch)
        sum += (scratch.*sums).data()[index];
    return sum;
}

std::size_t BatchNormStep::valuesOf(IndexRange images) const {
    return images.count() * m_rows * m_columns * m_channels;
}

void BatchNormStep::prepareForward(IndexRange images, int thread) {
    countFlops(thread, 3 * valuesOf(images)); // sum and sum of squares
    Scratch& scratch = m_scratch[size(thread)];
    std::fill_n(scratch.sums.data(), scratch.sums.size(), 0.0);
    NormRow row = rowOf(scratch);
    row.sums = scratch.sums.data();
    row.products = row.sums + m_stride;
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_rows; ++y) {
            row.input = m_in.value(image, thread) + m_in.layout.offset(y, 0);
            kernels().normSums(row);
        }
}

void BatchNormStep::takeBatchStatistics(Scratch& scratch, std::size_t images) const {
    scratch.count = static_cast<double>(images * m_rows * m_columns);
    for (std::size_t c = 0; c < m_channels; ++c) {
        const double mean = total(&Scratch::sums, c) / scratch.count;
        const double square = total(&Scratch::sums, m_stride + c) / scratch.count;
        scratch.mean.data()[c] = mean;
        // In double, what cancels out here is far below what float could tell; it may still end below zero.
        const double variance = square - mean * mean;
        scratch.variance.data()[c] = variance < 0 ? 0 : variance; // not a number stays what it is
    }
}

void BatchNormStep::takeRunningStatistics(Scratch& scratch) const {
    const float* state = arenas().state.data() + m_step.state.offset;
    for (std::size_t c = 0; c < m_channels; ++c) {
        scratch.mean.data()[c] = static_cast<double>(state[c]);
        scratch.variance.data()[c] = static_cast<double>(state[m_channels + c]);
    }
}

void BatchNormStep::forward(IndexRange images, int thread, const Pass& pass) {
    Scratch& scratch = m_scratch[size(thread)];
    pass.training ? takeBatchStatistics(scratch, pass.batchImages) : takeRunningStatistics(scratch);
    for (std::size_t c = 0; c < m_channels; ++c) {
        const double deviation = std::sqrt(scratch.variance.data()[c] + static_cast<double>(m_step.layer.epsilon));
        scratch.inverse.data()[c] = 1 / deviation;
        scratch.floatMean.data()[c] = static_cast<float>(scratch.mean.data()[c]);
        scratch.scale.data()[c] = static_cast<float>(
            static_cast<double>(arenas().parameters.data()[m_weights + c]) * scratch.inverse.data()[c]);
        scratch.shift.data()[c] = arenas().parameters.data()[m_bias + c];
    }
    countFlops(thread, (3 + flopsOf(m_function)) * valuesOf(images));
    NormRow row = rowOf(scratch);
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_rows; ++y) {
            row.input = m_in.value(image, thread) + m_in.layout.offset(y, 0);
            row.output = m_out.value(image, thread) + m_out.layout.offset(y, 0);
            kernels().normForward(row);
            if (m_function.function == Function::None)
                continue;
            kernels().activate(m_function, row.output, row.output, m_columns * m_stride);
            restorePadding(m_function, row.output, m_columns, m_stride, m_channels);
        }
}

void BatchNormStep::prepareBackward(IndexRange images, int thread) {
    countFlops(thread, (4 + flopsOf(m_function)) * valuesOf(images)); // sums of g and of g (x - mean)
    Scratch& scratch = m_scratch[size(thread)];
    std::fill_n(scratch.gradientSums.data(), scratch.gradientSums.size(), 0.0);
    NormRow row = rowOf(scratch);
    row.sums = scratch.gradientSums.data();
    row.products = row.sums + m_stride;
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_rows; ++y) {
            const std::size_t at = m_out.layout.offset(y, 0);
            float* gradient = m_out.gradient(image, thread) + at;
            if (m_function.function != Function::None)
                kernels().activateBackward(
                    m_function, m_out.value(image, thread) + at, gradient, gradient, m_columns * m_stride);
            row.input = m_in.value(image, thread) + m_in.layout.offset(y, 0);
            row.gradient = gradient;
            kernels().normGradientSums(row);
        }
}

void BatchNormStep::backward(IndexRange images, int thread) {
    Scratch& scratch = m_scratch[size(thread)];
    for (std::size_t c = 0; c < m_channels; ++c) {
        const double inverse = scratch.inverse.data()[c];
        const double bias = total(&Scratch::gradientSums, c);
        const double weight = total(&Scratch::gradientSums, m_stride + c) * inverse;
        scratch.biasGradient.data()[c] = bias;
        scratch.weightGradient.data()[c] = weight;
        // weight / deviation * (gradient - bias gradient / count - normal * weight gradient / count)
        const double share = static_cast<double>(scratch.scale.data()[c]) / scratch.count;
        scratch.shift.data()[c] = static_cast<float>(share * bias);
        scratch.factor.data()[c] = static_cast<float>(share * weight * inverse);
    }
    if (!m_step.needsInputGradient)
        return;
    countFlops(thread, 5 * valuesOf(images));
    NormRow row = rowOf(scratch);
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_rows; ++y) {
            const std::size_t at = m_in.layout.offset(y, 0);
            row.input = m_in.value(image, thread) + at;
            row.gradient = m_out.gradient(image, thread) + m_out.layout.offset(y, 0);
            row.output = m_in.gradient(image, thread) + at;
            kernels().normBackward(row);
        }
}

void BatchNormStep::reduceGradients(int part, std::size_t, bool, bool) {
    // Every thread has found the same totals: each hands on those of its channels.
    const Scratch& scratch = m_scratch[size(part)];
    const IndexRange channels = partition(m_channels, part, environment().groups.threads);
    for (std::size_t c = channels.begin; c < channels.end; ++c) {
        arenas().gradients.data()[m_weights + c] = static_cast<float>(scratch.weightGradient.data()[c]);
        arenas().gradients.data()[m_bias + c] = static_cast<float>(scratch.biasGradient.data()[c]);
    }
}

std::vector<ParameterRange> BatchNormStep::ownedParameters(int part) const {
    const IndexRange channels = partition(m_channels, part, environment().groups.threads);
    return {{{m_weights + channels.begin, m_weights + channels.end}, false},
        {{m_bias + channels.begin, m_bias + channels.end}, false}};
}

void BatchNormStep::updateState(int part) {
    const Scratch& scratch = m_scratch[size(part)];
    const double stays = static_cast<double>(m_step.layer.momentum);
    float* state = arenas().state.data() + m_step.state.offset;
    const auto move = [stays](float& value, double to) {
        value = static_cast<float>(stays * static_cast<double>(value) + (1 - stays) * to);
    };
    const IndexRange channels = partition(m_channels, part, environment().groups.threads);
    for (std::size_t c = channels.begin; c < channels.end; ++c) {
        move(state[c], scratch.mean.data()[c]);
        move(state[m_channels + c], scratch.variance.data()[c] * scratch.count / (scratch.count - 1));
    }
}

} // namespace kernelscope::cpu
