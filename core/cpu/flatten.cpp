// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/flatten.h"

namespace kernelscope::cpu {

FlattenStep::FlattenStep(Edge& in, Edge& out, const Environment& environment)
    : CpuStep(environment),
      m_in(in),
      m_out(out),
      m_offsets(in.layout.shape.size()) {
    for (std::size_t i = 0; i < m_offsets.size(); ++i)
        m_offsets[i] = m_in.layout.offsetOfCanonical(i);
}

void FlattenStep::forward(IndexRange images, int thread, const Pass&) {
    for (std::size_t image = images.begin; image < images.end; ++image) {
        const float* from = m_in.value(image, thread);
        float* to = m_out.value(image, thread) + m_out.layout.offset(0, 0);
        for (std::size_t i = 0; i < m_offsets.size(); ++i)
            to[i] = from[m_offsets[i]];
    }
}

void FlattenStep::backward(IndexRange images, int thread) {
    if (!m_in.hasGradients)
        return;
    for (std::size_t image = images.begin; image < images.end; ++image) {
        const float* from = m_out.gradient(image, thread) + m_out.layout.offset(0, 0);
        float* to = m_in.gradient(image, thread);
        for (std::size_t i = 0; i < m_offsets.size(); ++i)
            to[m_offsets[i]] = from[i];
    }
}

} // namespace kernelscope::cpu
