// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From the plan to steps and memory on the GPU. The twin of core/cpu/lowering.h.
#pragma once

#include "cuda/softmax_loss.h"
#include "cuda/step.h"

#include <deque>
#include <memory>
#include <vector>

namespace kernelscope::cuda {

/// A network made ready for training: everything that it needs is allocated.
struct LoweredNetwork {
    /// edges[0] holds the images. Others may be a view of the one before, under the shape that a flatten gives it.
    std::deque<Edge> edges;
    std::vector<std::unique_ptr<CudaStep>> steps; ///< The last is the loss.
    /// The first step with something to do on the way back: before it, nothing learns.
    std::size_t firstBackward = 0;

    /// Of all steps.
    std::vector<GradientPieces> gradientPieces() const;
    /// Of a training step for one image.
    std::int64_t executedFlops() const;
};

/// Lowers a plan. @param environment what its steps are made with; what it points to must outlive them.
/// @param loss where the last step finds labels and leaves results. Throws Error where the values of a batch are too
/// many for 32-bit offsets, and CudaError.
std::unique_ptr<LoweredNetwork> lower(const Plan& plan, const Environment& environment, const LossMemory& loss);

} // namespace kernelscope::cuda
