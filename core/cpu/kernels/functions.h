// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Activation functions as the vector loops know them.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include <cstdint>

namespace kernelscope::cpu {

/// Activation functions.
enum class Function : std::int32_t { None, Relu, Tanh, LeakyRelu, Sigmoid };

/// An activation with its constant.
struct Nonlinearity {
    Function function;
    float slope; ///< LeakyRelu: of negative values.
};

} // namespace kernelscope::cpu
