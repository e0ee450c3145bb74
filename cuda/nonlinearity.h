// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// An activation function as kernels are given it. What it does is in device/nonlinearity.cuh.
#pragma once

#include "layers/activation.h"

#include <optional>

namespace kernelscope::cuda {

/// Which function; None passes values as they are.
enum class Function { None, Relu, LeakyRelu, Tanh, Sigmoid };

/// A function with its constant: a kernel's argument, the same for all threads.
struct Nonlinearity {
    Function function = Function::None;
    float slope = 0; ///< Of LeakyRelu: what negative values are multiplied by.
};

/// The kernels' word for an epilogue's activation.
inline Nonlinearity nonlinearityOf(const std::optional<Activation>& activation) {
    if (!activation)
        return {Function::None, 0};
    switch (activation->kind) {
    case ActivationKind::Relu:
        return {Function::Relu, 0};
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return {Function::LeakyRelu, activation->slope};
    case ActivationKind::Sigmoid:
        return {Function::Sigmoid, 0};
    }
    return {Function::Tanh, 0};
}

/// Floating-point operations of a value of the function, or of the product with its derivative; as the CPU counts.
inline int flopsOf(Nonlinearity nonlinearity) {
    return nonlinearity.function == Function::None || nonlinearity.function == Function::Relu ? 0 : 2;
}

} // namespace kernelscope::cuda
