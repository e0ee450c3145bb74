// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/activation.h"

namespace kernelscope::cpu {

ActivationStep::ActivationStep(const StepOf<Activation>& step, Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_in(in),
      m_out(out),
      m_function(nonlinearityOf(step.layer)),
      m_needsInputGradient(step.needsInputGradient) {}

void ActivationStep::forward(IndexRange images, int thread, const Pass&) {
    countFlops(thread, images.count() * m_out.layout.shape.size() * flopsOf(m_function));
    const std::size_t count = m_out.layout.neededColumns * m_out.layout.channelStride;
    for (std::size_t image = images.begin; image < images.end; ++image)
        for (std::size_t y = 0; y < m_out.layout.neededRows; ++y) {
            float* values = m_out.value(image, thread) + m_out.layout.offset(y, 0);
            kernels().activate(m_function, m_in.value(image, thread) + m_in.layout.offset(y, 0), values, count);
            restorePadding(m_function, values, m_out.layout.neededColumns, m_out.layout.channelStride,
                static_cast<std::size_t>(m_out.layout.shape.channels));
        }
}

void ActivationStep::backward(IndexRange images, int thread) {
    if (!m_needsInputGradient)
        return;
    countFlops(thread, images.count() * m_out.layout.shape.size() * flopsOf(m_function));
    const std::size_t count = m_out.layout.neededColumns * m_out.layout.channelStride;
    for (std::size_t image = images.begin; image < images.end; ++image) {
        for (std::size_t y = 0; y < m_out.layout.neededRows; ++y) {
            const std::size_t at = m_out.layout.offset(y, 0);
            kernels().activateBackward(m_function, m_out.value(image, thread) + at, m_out.gradient(image, thread) + at,
                m_in.gradient(image, thread) + m_in.layout.offset(y, 0), count);
        }
    }
}

} // namespace kernelscope::cpu
