// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// ReLU and the hyperbolic tangent, value by value.
#pragma once

#include "reference/views.h"

#include <cmath>

namespace kernelscope::reference {

/// ReLU: max(0, x), where a NaN stays one, so that the loss tells of it. Tanh: (e^x - e^-x) / (e^x + e^-x).
template <class T>
T activate(ActivationKind kind, T x) {
    switch (kind) {
    case ActivationKind::Relu:
        return x < T{0} ? T{0} : x;
    case ActivationKind::Tanh:
        break;
    }
    return std::tanh(x);
}

/// The function's slope, from its value y: ReLU 1 where y > 0, else 0; tanh 1 - y^2.
template <class T>
T slope(ActivationKind kind, T y) {
    switch (kind) {
    case ActivationKind::Relu:
        return y > T{0} ? T{1} : T{0};
    case ActivationKind::Tanh:
        break;
    }
    return T{1} - y * y;
}

/// output = f(input).
template <class T>
void forward(const StepOf<Activation>& step, const Forward<T>& pass) {
    for (std::size_t i = 0; i < step.in.size(); ++i)
        pass.output[i] = activate(step.layer.kind, pass.input[i]);
}

/// inputGradient = f'(input) * outputGradient.
template <class T>
void backward(const StepOf<Activation>& step, const Backward<T>& pass) {
    if (pass.inputGradient.empty())
        return;
    for (std::size_t i = 0; i < step.in.size(); ++i)
        pass.inputGradient[i] = slope(step.layer.kind, pass.output[i]) * pass.outputGradient[i];
}

} // namespace kernelscope::reference
