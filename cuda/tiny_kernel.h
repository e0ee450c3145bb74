// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The smallest computation that shows that a GPU computes.
#pragma once

#include "cuda/platform/platform.h"

namespace kernelscope::cuda {

/// Puts a kernel that writes `value` + 1 to `result`, in device memory, into a stream. Fails, unlike everything that
/// only asks the device, where this build has no code for the device's architecture.
cudaError_t launchTinyKernel(int value, int* result, cudaStream_t stream);

} // namespace kernelscope::cuda
