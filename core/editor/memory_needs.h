// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Memory that training takes, counted from the shapes.
#pragma once

#include "network/plan.h"
#include "training/training_spec.h"

namespace kernelscope {

/// Bytes, all values float32.
struct MemoryNeeds {
    std::int64_t parameters = 0;
    std::int64_t gradients = 0;   ///< One for each parameter.
    std::int64_t optimizer = 0;   ///< Velocity, or Adam's two moments.
    std::int64_t activations = 0; ///< The input and every layer's output, for each image of a batch.
    std::int64_t total() const { return parameters + gradients + optimizer + activations; }
};

/// What a device needs that keeps every layer's output until the way back. One that fuses layers, or works through a
/// batch image by image, needs less for activations.
MemoryNeeds memoryNeeds(const Shape& input, const std::vector<LayerInfo>& layers, const TrainingSpec& spec);

} // namespace kernelscope
