// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Flatten on the GPU. The twin of core/cpu/flatten.h.
#pragma once

#include "cuda/step.h"

namespace kernelscope::cuda {

/// The result of a flatten: edges lie in canonical (CHW) order already, so it is the same memory under another shape.
/// No step is needed for it, forward or backward.
inline Edge flattened(const Edge& in) {
    return {{static_cast<int>(in.size()), 1, 1}, in.values, in.gradients};
}

} // namespace kernelscope::cuda
