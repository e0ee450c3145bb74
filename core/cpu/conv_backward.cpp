// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/conv.h"

#include <algorithm>

namespace kernelscope::cpu {
void ConvStep::backward(IndexRange images, int thread) {
    for (std::size_t image = images.begin; image < images.end; ++image)
        backwardImage(image, thread, m_scratch[size(thread)]);
}

CollectGradients ConvStep::outputGradientOf(std::size_t image, int thread, Scratch& scratch) const {
    const Layout& result = m_out.layout;
    CollectGradients collect{};
    collect.gradient = m_out.gradient(image, thread) + result.offset(0, 0);
    collect.result = m_out.value(image, thread) + result.offset(0, 0);
    collect.rowStep = result.rowStride();
    collect.pixelStep = result.channelStride;
    collect.rows = result.neededRows;
    collect.columns = result.neededColumns;
    collect.argumentRowStep = result.neededColumns * result.channelStride;
    if (m_step.epilogue.pool)
        collect.arguments = argumentsOf(image, thread);
    collect.windowRowStep = m_rowStep;
    collect.windowColumnStep = m_columnStep;
    collect.filters = m_filters;
    collect.function = m_function;
    collect.entries = scratch.entries.data();
    collect.capacity = m_listCapacity;
    collect.counts = scratch.counts.data();
    collect.biasGradient = scratch.biasGradient.data();
    return collect;
}

void ConvStep::backwardImage(std::size_t image, int thread, Scratch& scratch) {
    const CollectGradients gradient = outputGradientOf(image, thread, scratch);
    countFlops(thread, gradient.rows * gradient.columns * m_filters * (1 + flopsOf(m_function)));
    if (m_winogradWeights) {
        kernels().differentiate(gradient);
        m_winogradWeights->add(
            {m_in.value(image, thread) + m_corner, m_in.layout.rowStride(), m_in.layout.channelStride},
            {gradient.gradient, gradient.rowStep, gradient.pixelStep}, thread);
        countFlops(thread, m_winogradWeights->flops());
    } else if (m_sumsWindows) {
        kernels().differentiate(gradient);
        windowGradientsOf(image, gradient, thread, scratch);
    } else {
        kernels().collectGradients(gradient);
        backwardLists(image, thread, scratch);
    }
    if (m_isConvolvedBack)
        inputGradientOf(image, thread, scratch);
}

void ConvStep::windowGradientsOf(std::size_t image, const CollectGradients& results, int thread, Scratch& scratch) {
    const std::size_t outputs = m_step.epilogue.pool ? 4 : 1;
    countFlops(thread, results.rows * results.columns * m_filters * outputs * 2 * m_window);
    const Layout& layout = m_in.layout;
    const float* input = m_in.value(image, thread) + m_corner;
    if (m_step.epilogue.pool) {
        WindowGradients windows{};
        windows.results = results;
        windows.results.windowRowStep *= size(m_step.epilogue.pool->stride);
        windows.results.windowColumnStep *= size(m_step.epilogue.pool->stride);
        windows.input = input;
        windows.inputRowStep = layout.rowStride();
        windows.kernel = m_kernel;
        windows.sums = scratch.weightGradient.data();
        kernels().windowGradients(windows);
        return;
    }
    // Of each output of a row: the inputs under a row of the kernel, times the filters' gradients.
    OuterProducts products{};
    products.leftStep = results.windowColumnStep;
    products.rightStep = results.pixelStep;
    products.sumStep = roundUp(m_filters, kernels().lanes);
    products.count = results.columns;
    products.rows = m_kernel * layout.channelStride;
    products.vectors = products.sumStep / kernels().lanes;
    for (std::size_t y = 0; y < results.rows; ++y)
        for (std::size_t i = 0; i < m_kernel; ++i) {
            products.left = input + y * results.windowRowStep + i * layout.rowStride();
            products.right = results.gradient + y * results.rowStep;
            products.sums = scratch.weightGradient.data() + i * products.rows * products.sumStep;
            kernels().outerProducts(products);
        }
}

void ConvStep::backwardLists(std::size_t image, int thread, Scratch& scratch) {
    ConvWeightGradient weights{};
    weights.entries = scratch.entries.data();
    weights.counts = scratch.counts.data();
    weights.capacity = m_listCapacity;
    weights.filters = m_filters;
    weights.kernel = m_kernel;
    weights.runVectors = m_runVectors;
    weights.lastLanes = m_kernel * m_in.layout.channelStride - (m_runVectors - 1) * kernels().lanes;
    weights.rowStep = m_in.layout.rowStride();
    weights.input = m_in.value(image, thread) + m_corner;
    weights.weightGradient = scratch.weightGradient.data();
    kernels().convWeightGradient(weights);
    const bool givesInputGradient = m_step.needsInputGradient && !m_isConvolvedBack;
    if (givesInputGradient)
        inputGradientByWindows(image, thread, scratch);
    std::size_t entries = 0;
    for (std::size_t o = 0; o < m_filters; ++o)
        entries += size(scratch.counts.data()[o]);
    countFlops(thread, entries * 2 * m_window * (givesInputGradient ? 2 : 1));
}

void ConvStep::inputGradientByWindows(std::size_t image, int thread, Scratch& scratch) {
    ConvInputGradient inputs{};
    inputs.entries = scratch.entries.data();
    inputs.counts = scratch.counts.data();
    inputs.capacity = m_listCapacity;
    inputs.filters = m_filters;
    inputs.windowAt = m_windowAt.data();
    inputs.windowOffsets = m_windowOffsets.data();
    inputs.windows = m_windowOffsets.size();
    inputs.windowEntries = scratch.windowEntries.data();
    inputs.windowFirsts = scratch.windowFirsts.data();
    inputs.windowEnds = scratch.windowEnds.data();
    inputs.hasFixedFirsts = m_windowCapacity > 0;
    inputs.kernel = m_kernel;
    inputs.runVectors = m_runVectors;
    inputs.rowStep = m_in.layout.rowStride();
    inputs.weights = arenas().parameters.data() + m_weights;
    float* gradient = m_in.gradient(image, thread);
    std::fill_n(gradient, m_in.layout.size(), 0.0f);
    inputs.inputGradient = gradient + m_corner;
    kernels().convInputGradient(inputs);
}

void ConvStep::inputGradientOf(std::size_t image, int thread, Scratch& scratch) {
    countFlops(
        thread, m_winogradBack ? m_winogradBack->flops() : m_step.in.size() * 2 * m_kernel * m_kernel * m_filters);
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

    float* gradient = m_in.gradient(image, thread) + layout.offset(0, 0);
    if (m_winogradBack) {
        Winograd::Target target{};
        target.values = gradient;
        target.rowStep = layout.rowStride();
        target.pixelStep = layout.channelStride;
        target.function = {Function::None, 0};
        m_winogradBack->run({scratch.framed.data(), framedRow, result.channelStride}, m_noBias.data(), target, thread);
        return;
    }
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
            row.output = gradient + y * layout.rowStride() + first;
            kernels().convRow(row);
        }
    }
}

} // namespace kernelscope::cpu
