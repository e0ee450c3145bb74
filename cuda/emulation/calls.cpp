// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/calls.h"

#include "cuda/emulation/block.h"
#include "cuda/emulation/runtime_calls.h"

namespace kernelscope::emulation {
namespace {

thread_local int threadsDevice = 0;
thread_local cudaError_t lastError = cudaSuccess;

/// Errors after which CUDA's own calls, or those of any program, can only fail.
bool isSticky(cudaError_t error) {
    switch (error) {
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice:
    case cudaErrorDevicesUnavailable:
    case cudaErrorECCUncorrectable:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorContextIsDestroyed:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
    case cudaErrorUnknown:
        return true;
    default:
        return false;
    }
}

} // namespace

State& state() {
    static auto* const only = new State; // never destroyed: static objects may give back memory at the very end
    return *only;
}

std::recursive_mutex& emulationLock() {
    static auto* const only = new std::recursive_mutex;
    return *only;
}

int currentDevice() {
    return threadsDevice;
}

void setCurrentDevice(int index) {
    threadsDevice = index;
}

Device& device(int index) {
    State& now = state();
    if (static_cast<std::size_t>(index) >= now.devices.size())
        now.devices.resize(static_cast<std::size_t>(index) + 1); // of before a reset()
    return now.devices[static_cast<std::size_t>(index)];
}

void failDevice(int index, cudaError_t error) {
    if (device(index).sticky == cudaSuccess)
        device(index).sticky = error;
}

cudaError_t beginCall(const char* name, Needs needs) {
    State& now = state();
    const std::size_t index = now.calls.size();
    now.calls.emplace_back(name);
    if (now.fault && now.fault->first == index) {
        const cudaError_t error = std::exchange(now.fault, std::nullopt)->second;
        if (isSticky(error))
            failDevice(currentDevice(), error);
        return error;
    }
    if (needs == Needs::Nothing)
        return cudaSuccess;
    const DeviceConfiguration& is = now.configuration;
    if (!is.hasDriver || is.driverVersion / 1000 < CUDART_VERSION / 1000)
        return cudaErrorInsufficientDriver;
    if (is.devices == 0)
        return cudaErrorNoDevice;
    if (needs == Needs::Device)
        return device(currentDevice()).sticky;
    return cudaSuccess;
}

cudaError_t endCall(cudaError_t error) {
    if (error != cudaSuccess && error != cudaErrorNotReady)
        lastError = error;
    return error;
}

void reset(const DeviceConfiguration& configuration) {
    const std::lock_guard guard(emulationLock());
    const std::uint64_t generation = state().generation;
    state() = {};
    state().configuration = configuration;
    state().devices.resize(static_cast<std::size_t>(configuration.devices));
    state().generation = generation + 1;
    state().switchesBefore = fiberSwitches();
    lastError = cudaSuccess;
    threadsDevice = 0;
}

void setOrder(Order order) {
    const std::lock_guard guard(emulationLock());
    state().order = order;
}

void failCall(std::size_t index, cudaError_t error) {
    const std::lock_guard guard(emulationLock());
    state().fault = {index, error};
}

void countCalls() {
    const std::lock_guard guard(emulationLock());
    state().fault.reset();
    state().calls.clear();
}

std::vector<std::string> calls() {
    const std::lock_guard guard(emulationLock());
    return state().calls;
}

Alive alive() {
    const std::lock_guard guard(emulationLock());
    return state().alive;
}

std::string kernelFault() {
    const std::lock_guard guard(emulationLock());
    return state().kernelFault;
}

Work work() {
    const std::lock_guard guard(emulationLock());
    Work result = state().work;
    result.switches = fiberSwitches() - state().switchesBefore;
    return result;
}

} // namespace kernelscope::emulation

using namespace kernelscope::emulation;

cudaError_t cudaPeekAtLastError() {
    const std::lock_guard guard(emulationLock());
    const cudaError_t sticky = device(currentDevice()).sticky;
    return sticky != cudaSuccess && lastError != cudaSuccess ? sticky : lastError;
}

cudaError_t cudaGetLastError() {
    const cudaError_t error = cudaPeekAtLastError();
    lastError = cudaSuccess;
    return error;
}
