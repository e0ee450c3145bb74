// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Probe results with the right shapes and simple values, for tests of views that must not depend on arithmetic.
#pragma once

#include "probe/probe.h"

#include <cmath>

namespace kernelscope::tests {

/// A tensor whose value i is sin(i * frequency).
inline Tensor waves(const Shape& shape, float frequency) {
    Tensor tensor{shape, std::vector<float>(shape.size())};
    for (std::size_t i = 0; i < tensor.values.size(); ++i)
        tensor.values[i] = std::sin(static_cast<float>(i) * frequency);
    return tensor;
}

/// Input: a filled circle; outputs: waves; the answer: mostly `predicted`.
inline ProbeResult madeUpProbe(const Plan& plan, int predicted = 7, int label = 7) {
    ProbeResult result;
    result.input = {plan.network.input, std::vector<float>(plan.network.input.size())};
    const int width = plan.network.input.width;
    for (std::size_t i = 0; i < result.input.values.size(); ++i) {
        const int x = static_cast<int>(i) % width - width / 2;
        const int y = static_cast<int>(i) / width - width / 2;
        result.input.values[i] = x * x + y * y < width * width / 9 ? 1.0F : 0.0F;
    }
    float frequency = 0.05F;
    for (const LayerInfo& layer : plan.layers)
        result.outputs.push_back(waves(layer.out, frequency += 0.07F));
    result.probabilities.assign(static_cast<std::size_t>(plan.classes), 0.1F / static_cast<float>(plan.classes - 1));
    result.probabilities[static_cast<std::size_t>(predicted)] = 0.9F;
    result.predicted = predicted;
    result.label = label;
    return result;
}

} // namespace kernelscope::tests
