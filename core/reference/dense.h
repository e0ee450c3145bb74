// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The fully-connected layer: a matrix times a vector.
#pragma once

#include "reference/views.h"

#include <algorithm>

namespace kernelscope::reference {

/// output[o] = bias[o] + sum over i of weight[o][i] * input[i].
template <class T>
void forward(const StepOf<Dense>& step, const Forward<T>& pass) {
    const std::size_t inputs = step.in.size();
    const std::span<const T> weights = part(pass.parameters, step.weights); // units x inputs
    const std::span<const T> bias = part(pass.parameters, step.bias);       // units

    for (std::size_t o = 0; o < step.out.size(); ++o) {
        T sum = bias[o];
        for (std::size_t i = 0; i < inputs; ++i)
            sum += weights[o * inputs + i] * pass.input[i];
        pass.output[o] = sum;
    }
}

/// weightGradient[o][i] += outputGradient[o] * input[i]; inputGradient[i] = sum over o of outputGradient[o] *
/// weight[o][i]: the transposed matrix.
template <class T>
void backward(const StepOf<Dense>& step, const Backward<T>& pass) {
    const std::size_t inputs = step.in.size();
    const std::span<const T> weights = part(pass.parameters, step.weights);
    const std::span<T> weightGradients = part(pass.parameterGradients, step.weights);
    const std::span<T> biasGradients = part(pass.parameterGradients, step.bias);

    for (std::size_t o = 0; o < step.out.size(); ++o) {
        biasGradients[o] += pass.outputGradient[o];
        for (std::size_t i = 0; i < inputs; ++i)
            weightGradients[o * inputs + i] += pass.outputGradient[o] * pass.input[i];
    }
    if (pass.inputGradient.empty())
        return;
    std::fill(pass.inputGradient.begin(), pass.inputGradient.end(), T{0});
    for (std::size_t o = 0; o < step.out.size(); ++o)
        for (std::size_t i = 0; i < inputs; ++i)
            pass.inputGradient[i] += pass.outputGradient[o] * weights[o * inputs + i];
}

} // namespace kernelscope::reference
