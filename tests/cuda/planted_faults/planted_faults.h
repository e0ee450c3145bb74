// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Kernels and host code like the product's, each once as it should be and once with a mistake of one line, that the
/// emulated device has to catch. The mistake stands beside what it replaces, behind `if constexpr (planted)`.
#pragma once

#include <string>

namespace kernelscope::planted {

/// What a run found out by itself; what AddressSanitizer finds ends the process.
/// Empty: all is well. Else what is wrong, as the emulated device or the comparison of results says.
using Finding = std::string;

Finding outOfBoundsRead(bool planted);             ///< conv_forward.cu
Finding missingBarrier(bool planted);              ///< softmax_loss.cu
Finding barrierNotReachedByAll(bool planted);      ///< batch_norm_sums.cu
Finding uninitialisedShared(bool planted);         ///< dense_forward.cu
Finding argumentChangesAfterCapture(bool planted); ///< update.cu
Finding missingEvent(bool planted);                ///< sample_upload.cu
Finding hostReadsTooEarly(bool planted);           ///< metrics_read.cu

} // namespace kernelscope::planted
