// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What all calls of the emulated runtime have in common: they are counted, made to fail where a test wants it, give
/// the error of a device that failed before, and remember their own.
#pragma once

#include "cuda/emulation/emulation.h"

#include <mutex>
#include <utility>

namespace kernelscope::emulation {

struct Device {
    cudaError_t sticky = cudaSuccess; ///< What every call gives from now on.
    std::size_t usedBytes = 0;
};

/// Everything that reset() makes anew.
struct State {
    DeviceConfiguration configuration;
    std::vector<Device> devices{1};
    Order order;
    std::vector<std::string> calls;
    std::optional<std::pair<std::size_t, cudaError_t>> fault; ///< Of failCall().
    Alive alive;
    std::uint64_t generation = 1; ///< Counts resets: what was made before is not counted when it goes.
    std::string kernelFault;
    Work work;
    std::uint64_t switchesBefore = 0;
};
State& state();

/// Held by every call, and while kernels run: one thing happens at a time.
std::recursive_mutex& emulationLock();

/// The calling thread's device.
int currentDevice();
void setCurrentDevice(int device);
Device& device(int index);

/// What a call needs to work at all.
enum class Needs { Nothing, Driver, Device };

cudaError_t beginCall(const char* name, Needs needs);
cudaError_t endCall(cudaError_t error);

/// A call that does something.
template <class Body>
cudaError_t call(const char* name, Body&& body, Needs needs = Needs::Device) {
    const std::lock_guard guard(emulationLock());
    cudaError_t error = beginCall(name, needs);
    if (error == cudaSuccess)
        error = std::forward<Body>(body)();
    return endCall(error);
}

/// A call that gives something back, which it does whatever else fails: a program can do no more than call it.
template <class Body>
cudaError_t releasingCall(const char* name, Body&& body) {
    const std::lock_guard guard(emulationLock());
    const cudaError_t error = beginCall(name, Needs::Device);
    const cudaError_t own = std::forward<Body>(body)();
    return endCall(error != cudaSuccess ? error : own);
}

/// The device fails for good: `error` is what its calls give from now on.
void failDevice(int index, cudaError_t error);

} // namespace kernelscope::emulation
