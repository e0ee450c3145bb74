// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which of a network's work somebody needs: the one place that knows what a backend may leave out without changing any
/// result.
///
/// Forward, a value that no later step reads need not be computed. A pooling that rounds down reads only the rows and
/// columns that its windows cover, and so does a convolution with a stride; what they leave over, the step before need
/// not make, and so on up to the image. The needed ones are always the first rows and columns: windows begin at 0.
///
/// Backward, a value that nobody reads has no gradient, and behind a max-pool only one value of each window has one:
/// the others' are zero by construction, and stay zero through everything that multiplies them. Behind a ReLU those are
/// zero too whose value it cut; how many, only the values tell. For finite values sums without these terms are exactly
/// the sums with them.
#pragma once

#include "network/plan.h"

#include <vector>

namespace kernelscope {

/// What of a step is needed, counted from the first row and column.
struct NeededWork {
    int inputRows = 0; ///< Of the step's input: what it reads to give what is needed of it.
    int inputColumns = 0;
    int outputRows = 0; ///< Of its layer's own output, before the epilogue.
    int outputColumns = 0;
    int gradients = 0; ///< Positions of that output, of each channel, whose gradient can be other than zero, at most.
    bool operator==(const NeededWork&) const = default;
};

/// The needed work of each step of a plan, fused or not, in its order.
std::vector<NeededWork> neededWork(const Plan& plan);

/// A step's input shape; of the loss the logits'.
Shape inputOf(const Step& step);

} // namespace kernelscope
