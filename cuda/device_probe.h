// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which GPUs there are, and why one that is there cannot be used.
#pragma once

#include <string>
#include <vector>

namespace kernelscope::cuda {

/// A GPU that the driver tells of.
struct ProbedDevice {
    std::string name;          ///< "NVIDIA L4".
    int computeCapability = 0; ///< 10 * major + minor.
    std::string reason;        ///< Why it cannot be used, as a sentence; empty where a kernel ran on it.
};

/// What was found.
struct DeviceProbe {
    std::vector<ProbedDevice> devices;
    std::string reason; ///< Why there is none, as a sentence; empty where there is one.
    std::string driver; ///< The CUDA that the driver is for: "CUDA 13.0"; empty where there is none.
};

/// Asks the driver, and runs a small kernel on each GPU, without which nothing is known: it may be of an architecture
/// that this build has no code for, or another program may have taken all its memory. Takes tenths of a second for
/// each. Throws nothing but std::bad_alloc.
DeviceProbe probeDevices();

} // namespace kernelscope::cuda
