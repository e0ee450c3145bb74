// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The devices of this machine: those that can train, and those that cannot, with the reason.
#pragma once

#include "training/backend.h"

#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

/// One entry of the device box.
struct DeviceEntry {
    DeviceInfo info;
    std::string label;  ///< For people: "CPU, all cores (8 threads)".
    std::string reason; ///< Why it cannot be used, as a sentence; empty where it can.
    bool usable() const { return reason.empty(); }
};

/// CPU on all cores, CPU on one thread, the reference, then each GPU, or one entry that says why there is none.
/// May load the CUDA module, which can take tenths of a second: call it from a worker thread where that matters.
std::vector<DeviceEntry> listDevices();

/// The backend of a device: "cpu" (all cores), "cpu:N" (N threads), "reference", "cuda:N", "cuda:N:tf32" (the same GPU
/// with products of factors that are rounded to TF32).
/// Throws Error naming the identifier and the devices that there are, or why the device cannot be used.
std::unique_ptr<Backend> openBackend(const std::string& id);

} // namespace kernelscope
