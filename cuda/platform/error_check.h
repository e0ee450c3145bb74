// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Every CUDA call goes through checkCuda(): what fails becomes an Error that says what was being done, and what kind
/// of failure it was.
#pragma once

#include "base/error.h"

#include <cuda_runtime.h>

#include <string>

namespace kernelscope::cuda {

/// What a failed call means for the program.
enum class Fault {
    OutOfMemory,   ///< The call did nothing; with less memory it may work.
    NoDriver,      ///< There is no NVIDIA driver, or one that is too old for this build.
    NoKernelImage, ///< This build has no code for the device's architecture.
    Sticky,        ///< A kernel failed. Every further call of this process on this device gives the same error.
    DeviceLost,    ///< The device no longer answers, which is as final.
    Other,         ///< The call did nothing; whatever went before is whole.
};

/// The kind of a CUDA error. cudaSuccess has none: do not ask.
Fault faultOf(cudaError_t error);

/// Whether the device is of no use to this process any more. Where a driver was found once and is no longer, too.
constexpr bool isFinal(Fault fault) {
    return fault == Fault::Sticky || fault == Fault::DeviceLost || fault == Fault::NoDriver;
}

/// A CUDA or cuBLAS call failed.
class CudaError : public Error {
public:
    CudaError(Fault fault, ErrorParts parts) : Error(std::move(parts)), m_fault(fault) {}
    Fault fault() const noexcept { return m_fault; }

private:
    Fault m_fault;
};

/// Throws the CudaError of a failed call. After a final one, the current device counts as lost; see lost_devices.h.
[[noreturn]] void throwCudaError(cudaError_t error, const char* doing);

/// Throws CudaError unless the call succeeded. @param doing what was being done, to follow "Cannot": "launch the
/// convolution", "copy the parameters from the GPU".
inline void checkCuda(cudaError_t error, const char* doing) {
    if (error != cudaSuccess)
        throwCudaError(error, doing);
}

/// For destructors, which must not throw: says on standard error what failed. Silent on a lost device, where all
/// further calls fail and the first failure was reported.
void logCudaError(cudaError_t error, const char* doing) noexcept;

} // namespace kernelscope::cuda
