// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/softmax_loss.h"

#include <algorithm>
#include <cmath>

namespace kernelscope::cpu {

SoftmaxLossStep::SoftmaxLossStep(const SoftmaxLoss& step, Edge& in, const Environment& environment)
    : CpuStep(environment),
      m_in(in),
      m_classes(static_cast<std::size_t>(step.classes)),
      m_labels(environment.capacity),
      m_threads(static_cast<std::size_t>(environment.groups.threads)) {
    for (PerThread& thread : m_threads)
        thread.exponentials.resize(m_classes);
}

void SoftmaxLossStep::reset(int thread, std::size_t batchCount) {
    PerThread& own = m_threads[static_cast<std::size_t>(thread)];
    own.sums = {};
    own.scale = 1 / static_cast<float>(batchCount);
}

void SoftmaxLossStep::forward(IndexRange images, int thread, const Pass&) {
    PerThread& own = m_threads[static_cast<std::size_t>(thread)];
    // Each class: shifted, e^x, summed; its gradient: divided, less one-hot, scaled.
    countFlops(thread, images.count() * m_classes * 6);
    for (std::size_t image = images.begin; image < images.end; ++image) {
        const float* logits = m_in.value(image, thread);
        float* gradient = m_in.gradient(image, thread);
        const std::size_t label = m_labels[image];
        const std::size_t greatest =
            static_cast<std::size_t>(std::max_element(logits, logits + m_classes) - logits); // the first of equals
        // Shifted by the greatest, no exponential overflows and the sum is at least 1.
        float sum = 0;
        for (std::size_t k = 0; k < m_classes; ++k)
            sum += own.exponentials[k] = std::exp(logits[k] - logits[greatest]);
        own.sums.loss += static_cast<double>(std::log(sum) - (logits[label] - logits[greatest]));
        own.sums.correct += greatest == label;
        if (!own.predictions.empty())
            own.predictions[image - images.begin] = predictionOf({logits, m_classes}, own.exponentials, sum, greatest);
        for (std::size_t k = 0; k < m_classes; ++k)
            gradient[k] = (own.exponentials[k] / sum - (k == label ? 1.0f : 0.0f)) * own.scale;
    }
}

} // namespace kernelscope::cpu
