// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/dense.h"

namespace kernelscope::cpu {

DenseStep::DenseStep(const StepOf<Dense>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_in(in),
      m_out(out),
      m_function(nonlinearityOf(step.epilogue.activation)),
      m_needsInputGradient(step.needsInputGradient),
      m_units(static_cast<std::size_t>(step.layer.units)),
      m_inputs(in.layout.size()),
      m_realInputs(step.in.size()) {
    m_weights = arenas().reserve(m_units * m_inputs);
    m_bias = arenas().reserve(m_units);
    const std::size_t inputs = step.in.size();
    for (std::size_t input = 0; input < inputs; ++input) {
        const std::size_t offset = m_weights + m_in.layout.offsetOfCanonical(input);
        for (std::size_t unit = 0; unit < m_units; ++unit)
            arenas().place[step.weights.offset + unit * inputs + input] =
                static_cast<std::uint32_t>(offset + unit * m_inputs);
    }
    for (std::size_t unit = 0; unit < m_units; ++unit)
        arenas().place[step.bias.offset + unit] = static_cast<std::uint32_t>(m_bias + unit);
}

DenseMatrices DenseStep::matrices(IndexRange images, int thread) const {
    DenseMatrices matrices{};
    matrices.input = m_in.value(images.begin, thread);
    matrices.weights = arenas().parameters.data() + m_weights;
    matrices.bias = arenas().parameters.data() + m_bias;
    matrices.output = m_out.value(images.begin, thread) + m_out.layout.offset(0, 0);
    matrices.images = images.count();
    matrices.units = m_units;
    matrices.inputStride = m_inputs;
    matrices.outputStride = m_out.layout.size();
    return matrices;
}

template <class Use>
void DenseStep::forEachStretch(IndexRange images, const Use& use) const {
    const Layout& layout = m_out.layout;
    if (layout.border == 0)
        return use(images.begin, images.count(), layout.size());
    for (std::size_t image = images.begin; image < images.end; ++image)
        use(image, std::size_t{1}, layout.channelStride);
}

void DenseStep::forward(IndexRange images, int thread, const Pass&) {
    kernels().denseForward(matrices(images, thread));
    forEachStretch(images, [&](std::size_t image, std::size_t vectors, std::size_t stride) {
        float* values = m_out.value(image, thread) + m_out.layout.offset(0, 0);
        if (m_function.function != Function::None)
            kernels().activate(m_function, values, values, vectors * stride);
        restorePadding(m_function, values, vectors, stride, m_units);
    });
    countFlops(thread, images.count() * m_units * (2 * m_realInputs + flopsOf(m_function)));
}

void DenseStep::backward(IndexRange images, int thread) {
    const std::size_t first = m_out.layout.offset(0, 0);
    if (m_function.function != Function::None)
        forEachStretch(images, [&](std::size_t image, std::size_t vectors, std::size_t stride) {
            float* gradient = m_out.gradient(image, thread) + first;
            kernels().activateBackward(
                m_function, m_out.value(image, thread) + first, gradient, gradient, vectors * stride);
        });
    countFlops(
        thread, images.count() * m_units * (flopsOf(m_function) + (m_needsInputGradient ? 2 * m_realInputs : 0)));
    if (!m_needsInputGradient)
        return;
    DenseMatrices products = matrices(images, thread);
    products.outputGradient = m_out.gradient(images.begin, thread) + first;
    products.inputGradient = m_in.gradient(images.begin, thread);
    kernels().denseInputGradient(products);
}

void DenseStep::reduceGradients(int part, std::size_t images, bool first, bool) {
    const IndexRange units = partition(m_units, part, environment().groups.threads);
    DenseMatrices products = matrices({0, images}, part);
    products.outputGradient = m_out.gradient(0, 0) + m_out.layout.offset(0, 0);
    products.weightGradient = arenas().gradients.data() + m_weights;
    products.biasGradient = arenas().gradients.data() + m_bias;
    products.firstUnit = units.begin;
    products.lastUnit = units.end;
    products.accumulate = !first;
    kernels().denseWeightGradient(products);
    countFlops(part, images * units.count() * (2 * m_realInputs + 1));
}

std::vector<ParameterRange> DenseStep::ownedParameters(int part) const {
    const IndexRange units = partition(m_units, part, environment().groups.threads);
    return {{{m_weights + units.begin * m_inputs, m_weights + units.end * m_inputs}, true},
        {{m_bias + units.begin, m_bias + units.end}, false}};
}

} // namespace kernelscope::cpu
