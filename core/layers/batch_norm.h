// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Batch normalisation: S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing
/// internal covariate shift", 2015.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// out = weight[c] * (in - mean[c]) / sqrt(variance[c] + epsilon) + bias[c], for each channel c (behind a flatten or
/// dense layer: for each unit). The paper calls the weight gamma and the bias beta.
///
/// While training, mean and (biased) variance are those of the batch's values: all images, all positions. Otherwise the
/// running ones are used, which each training step moves:
///
///     running = momentum * running + (1 - momentum) * batch's
///
/// Into the running variance goes the unbiased one (divided by the count - 1), as in PyTorch; Keras takes the biased.
struct BatchNorm {
    /// How much of the running statistics stays, as Keras counts it. PyTorch's "momentum" is 1 - this: its default of
    /// 0.1 is 0.9 here. Keras's default is 0.99, which needs hundreds of steps until evaluation can be trusted.
    float momentum = 0.9f;
    float epsilon = 1e-5f; ///< PyTorch's default; Keras's is 1e-3.
    bool operator==(const BatchNorm&) const = default;
};

/// The same shape. Throws LayerError where momentum (0 to below 1) or epsilon (above 0 to 1) is out of range.
Shape outputShape(const BatchNorm& layer, Shape in);

/// Weight (gamma), ones at first, and bias (beta), zeros: one for each channel.
std::vector<ParameterShape> parameterShapes(const BatchNorm& layer, Shape in);

/// What is learnt without a gradient: "running_mean", zeros at first, and "running_var", ones; named as in PyTorch.
std::vector<ParameterShape> stateShapes(const BatchNorm& layer, Shape in);

/// None: the dense-equivalent count is of convolutions and dense layers.
std::int64_t multiplyAdds(const BatchNorm& layer, Shape in);

} // namespace kernelscope
