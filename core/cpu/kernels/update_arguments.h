// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the optimizers' loop takes.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// Optimizers, see training/optimizer.h for the formulas.
enum class UpdateRule : std::int32_t { Sgd, Momentum, Nesterov, Adam };

/// An optimizer step over a stretch of the arenas.
struct Update {
    UpdateRule rule;
    float rate;
    float momentum;
    float beta1;
    float beta2;
    float epsilon;
    float decay;  ///< Of the weight, added to the gradient.
    float shrink; ///< Adam: of the weight, taken off it.
    const float* gradient;
    float* value;
    float* first;
    float* second;
    std::size_t count;
};

} // namespace kernelscope::cpu
