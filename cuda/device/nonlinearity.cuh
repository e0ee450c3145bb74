// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The activation functions, value by value: the twin of core/reference/activation.h. The function is an argument of
/// the kernel, so all threads take the same branch; an `if` a value is nothing beside the load that it came from.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/platform/platform.h"

namespace kernelscope::cuda {

/// y = f(x). Not a number stays not a number, so that the loss tells of it.
__device__ __forceinline__ float activate(Nonlinearity nonlinearity, float x) {
    switch (nonlinearity.function) {
    case Function::None:
        break;
    case Function::Relu:
        return x <= 0 ? 0.0f : x;
    case Function::LeakyRelu:
        return x < 0 ? x * nonlinearity.slope : x;
    case Function::Tanh:
        return tanhf(x);
    case Function::Sigmoid:
        return 1 / (1 + expf(-x)); // far below zero e^-x is infinite, and its reciprocal the 0 that is wanted
    }
    return x;
}

/// f'(x), from y = f(x): so a backward pass needs the result alone.
__device__ __forceinline__ float slopeAt(Nonlinearity nonlinearity, float y) {
    switch (nonlinearity.function) {
    case Function::None:
        break;
    case Function::Relu:
        return y > 0 ? 1.0f : 0.0f;
    case Function::LeakyRelu:
        return y > 0 ? 1.0f : nonlinearity.slope;
    case Function::Tanh:
        return 1 - y * y;
    case Function::Sigmoid:
        return y * (1 - y);
    }
    return 1;
}

} // namespace kernelscope::cuda
