// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The activation functions, value by value.
#pragma once

#include "reference/views.h"

#include <cmath>

namespace kernelscope::reference {

/// ReLU: max(0, x), where a NaN stays one, so that the loss tells of it. Leaky ReLU: slope * x below 0.
/// Tanh: (e^x - e^-x) / (e^x + e^-x). Sigmoid: 1 / (1 + e^-x).
template <class T>
T activate(const Activation& function, T x) {
    switch (function.kind) {
    case ActivationKind::Relu:
        return x < T{0} ? T{0} : x;
    case ActivationKind::LeakyRelu:
        return x < T{0} ? static_cast<T>(function.slope) * x : x;
    case ActivationKind::Sigmoid:
        return T{1} / (T{1} + std::exp(-x));
    case ActivationKind::Tanh:
        break;
    }
    return std::tanh(x);
}

/// The function's slope, from its value y: ReLU 1 where y > 0, else 0; leaky ReLU 1, else its slope; tanh 1 - y^2;
/// sigmoid y (1 - y).
template <class T>
T slope(const Activation& function, T y) {
    switch (function.kind) {
    case ActivationKind::Relu:
        return y > T{0} ? T{1} : T{0};
    case ActivationKind::LeakyRelu:
        return y > T{0} ? T{1} : static_cast<T>(function.slope);
    case ActivationKind::Sigmoid:
        return y * (T{1} - y);
    case ActivationKind::Tanh:
        break;
    }
    return T{1} - y * y;
}

/// output = f(input).
template <class T>
void forward(const StepOf<Activation>& step, const Forward<T>& pass) {
    for (std::size_t i = 0; i < step.in.size(); ++i)
        pass.output[i] = activate(step.layer, pass.input[i]);
}

/// inputGradient = f'(input) * outputGradient.
template <class T>
void backward(const StepOf<Activation>& step, const Backward<T>& pass) {
    if (pass.inputGradient.empty())
        return;
    for (std::size_t i = 0; i < step.in.size(); ++i)
        pass.inputGradient[i] = slope(step.layer, pass.output[i]) * pass.outputGradient[i];
}

} // namespace kernelscope::reference
