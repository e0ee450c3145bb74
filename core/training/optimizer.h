// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The optimizers' formulas, once, for every backend on the host.
#pragma once

#include "layers/layer_rules.h"
#include "training/training_spec.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace kernelscope {

/// Floats of optimizer memory for each parameter: 0, 1 or 2.
constexpr std::size_t momentsPerParameter(OptimizerKind kind) {
    return isAdaptive(kind) ? 2 : hasMomentum(kind) ? 1 : 0;
}

/// Whether weight decay is for this array: kernels and matrices, whose size decides how steep the network's function
/// is. Biases and batch norm's scale and shift only place it, and are left alone, as is usual (see "Bag of tricks for
/// image classification", T. He et al., 2019, section 3.1).
inline bool isDecayed(const ParameterShape& shape) {
    return shape.dimensions.size() > 1;
}

/// The constants of one update, worked out once a step in double.
struct UpdateConstants {
    OptimizerKind kind = OptimizerKind::Adam;
    float rate = 0; ///< Adam, AdamW: learningRate * sqrt(1 - beta2^t) / (1 - beta1^t); else the learning rate.
    float momentum = 0;
    float beta1 = 0;
    float beta2 = 0;
    float epsilon = 0;
    float decay = 0;  ///< Of the weight, added to the gradient.
    float shrink = 0; ///< AdamW: of the weight, taken off it.
};

/// Adam follows Keras, which is the form before section 2.1 of the paper ("epsilon hat"):
/// w -= rate * m / (sqrt(v) + epsilon). @param step 1 for the run's first.
inline UpdateConstants updateConstants(const OptimizerSpec& spec, float learningRate, std::int64_t step) {
    UpdateConstants c{spec.kind, learningRate, spec.momentum, spec.beta1, spec.beta2, spec.epsilon, 0, 0};
    if (spec.kind == OptimizerKind::AdamW)
        c.shrink = learningRate * spec.weightDecay;
    else
        c.decay = spec.weightDecay;
    if (isAdaptive(spec.kind)) {
        const double t = static_cast<double>(step);
        c.rate = static_cast<float>(learningRate * std::sqrt(1 - std::pow(static_cast<double>(spec.beta2), t)) /
                                    (1 - std::pow(static_cast<double>(spec.beta1), t)));
    }
    return c;
}

/// The same for parameters that do not decay.
inline UpdateConstants withoutDecay(UpdateConstants constants) {
    constants.decay = 0;
    constants.shrink = 0;
    return constants;
}

/// Floating-point operations of an update of one parameter, decay included; see Executor::executedFlops().
constexpr double flopsOfUpdate(OptimizerKind kind) {
    return isAdaptive(kind) ? 16 : kind == OptimizerKind::Sgd ? 4 : kind == OptimizerKind::Momentum ? 6 : 7;
}

/// Updates one parameter. @param first velocity (momentum, Nesterov) or first moment (Adam, AdamW);
/// @param second their second moment.
inline void updateParameter(const UpdateConstants& c, float gradient, float& value, float* first, float* second) {
    gradient += c.decay * value;
    switch (c.kind) {
    case OptimizerKind::Sgd:
        value -= c.rate * gradient;
        break;
    case OptimizerKind::Momentum:
        *first = c.momentum * *first - c.rate * gradient;
        value += *first;
        break;
    case OptimizerKind::Nesterov:
        *first = c.momentum * *first - c.rate * gradient;
        value += c.momentum * *first - c.rate * gradient;
        break;
    case OptimizerKind::AdamW:
        value -= c.shrink * value;
        [[fallthrough]];
    case OptimizerKind::Adam:
        *first = c.beta1 * *first + (1 - c.beta1) * gradient;
        *second = c.beta2 * *second + (1 - c.beta2) * gradient * gradient;
        value -= c.rate * *first / (std::sqrt(*second) + c.epsilon);
        break;
    }
}

} // namespace kernelscope
