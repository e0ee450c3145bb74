// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/platform/error_check.h"

#include "cuda/platform/lost_devices.h"

#include <cstdio>

namespace kernelscope::cuda {
namespace {

std::string adviceFor(Fault fault) {
    switch (fault) {
    case Fault::OutOfMemory:
        return "The GPU has not enough free memory: use a smaller batch or network, or close other programs that use "
               "the GPU.";
    case Fault::NoDriver:
        return "Install the NVIDIA driver, or choose the CPU.";
    case Fault::NoKernelImage:
        return "This build has no code for this GPU: choose the CPU, or a build for this GPU.";
    case Fault::Sticky:
        return "A computation on the GPU failed, and the GPU cannot be used until the program is restarted. Choose the "
               "CPU meanwhile.";
    case Fault::DeviceLost:
        return "The GPU no longer answers. Choose the CPU, or restart the program, and if that does not help the "
               "machine.";
    case Fault::Other:
        break;
    }
    return {};
}

std::string describe(cudaError_t error) {
    return std::string(cudaGetErrorName(error)) + " (" + cudaGetErrorString(error) + ")";
}

/// After a final error the current device counts as lost.
void markLostAfter(cudaError_t error) {
    if (!isFinal(faultOf(error)))
        return;
    int device = 0;
    static_cast<void>(cudaGetDevice(&device)); // answers from the thread's own memory, also on a lost device
    markLost(device, "The GPU was lost while this program used it (" + describe(error) +
                         "). It can be used again after a restart of the program.");
}

} // namespace

Fault faultOf(cudaError_t error) {
    switch (error) {
    case cudaErrorMemoryAllocation:
        return Fault::OutOfMemory;
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice:
    case cudaErrorSystemDriverMismatch:
    case cudaErrorCompatNotSupportedOnDevice:
        return Fault::NoDriver;
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorInvalidKernelImage:
    case cudaErrorInvalidPtx:
    case cudaErrorJitCompilerNotFound:
    case cudaErrorJitCompilationDisabled:
        return Fault::NoKernelImage;
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorLaunchFailure:
        return Fault::Sticky;
    case cudaErrorDevicesUnavailable:
    case cudaErrorInitializationError:
    case cudaErrorDeviceUninitialized:
    case cudaErrorSystemNotReady:
    case cudaErrorMpsConnectionFailed:
    case cudaErrorMpsRpcFailure:
    case cudaErrorMpsServerNotReady:
    case cudaErrorMpsClientTerminated:
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorContextIsDestroyed:
    case cudaErrorUnknown:
        return Fault::DeviceLost;
    default:
        return Fault::Other;
    }
}

void throwCudaError(cudaError_t error, const char* doing) {
    const Fault fault = faultOf(error);
    // The runtime remembers the error for whoever asks next, cuBLAS for one.
    static_cast<void>(cudaGetLastError());
    markLostAfter(error);
    throw CudaError(fault, {std::string("Cannot ") + doing, "", describe(error), "", adviceFor(fault)});
}

void logCudaError(cudaError_t error, const char* doing) noexcept {
    if (error == cudaSuccess)
        return;
    static_cast<void>(cudaGetLastError());
    int device = 0;
    static_cast<void>(cudaGetDevice(&device));
    if (lostReason(device))
        return;
    markLostAfter(error);
    std::fprintf(
        stderr, "kernelscope: cannot %s: %s (%s)\n", doing, cudaGetErrorName(error), cudaGetErrorString(error));
}

} // namespace kernelscope::cuda
