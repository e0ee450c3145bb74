// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which GPUs this process has lost. A kernel that fails leaves its device unusable for the rest of the process;
/// whoever offers devices must know.
#pragma once

#include <string>

namespace kernelscope::cuda {

/// Notes that a device is lost, and why, as a sentence; the first reason counts. Thread-safe, as the others.
void markLost(int device, const std::string& reason);

/// Why a device is lost, as a sentence; null where it is not. The text lives as long as the process.
const char* lostReason(int device);

/// Forgets all of it: for tests, whose devices can be mended.
void forgetLostDevices();

} // namespace kernelscope::cuda
