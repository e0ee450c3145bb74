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

} // namespace

Fault faultOf(cudaError_t error) {
    switch (error) {
    case cudaErrorMemoryAllocation:
        return Fault::OutOfMemory;
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice:
        return Fault::NoDriver;
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
    case cudaErrorInvalidKernelImage:
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
    case cudaErrorECCUncorrectable:
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
    CudaError failure(fault, {std::string("Cannot ") + doing, "", describe(error), "", adviceFor(fault)});
    if (isFinal(fault)) {
        int device = 0;
        static_cast<void>(cudaGetDevice(&device)); // answers from the thread's own memory, also on a lost device
        markLost(device, "The GPU was lost while this program used it (" + describe(error) +
                             "). It can be used again after a restart of the program.");
    }
    throw failure;
}

void logCudaError(cudaError_t error, const char* doing) noexcept {
    if (error == cudaSuccess)
        return;
    static_cast<void>(cudaGetLastError());
    int device = 0;
    static_cast<void>(cudaGetDevice(&device));
    if (!lostReason(device))
        std::fprintf(
            stderr, "kernelscope: cannot %s: %s (%s)\n", doing, cudaGetErrorName(error), cudaGetErrorString(error));
}

} // namespace kernelscope::cuda
