// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/platform/blas_check.h"

#include <string>

namespace kernelscope::cuda {
namespace {

std::string adviceFor(cublasStatus_t status) {
    switch (status) {
    case CUBLAS_STATUS_NOT_INITIALIZED: // what its start says where memory is short
        return "Mostly the GPU has not enough free memory for cuBLAS: close other programs that use the GPU, or use a "
               "smaller batch or network.";
    case CUBLAS_STATUS_EXECUTION_FAILED:
        return "A computation on the GPU failed. Restart the program if it fails again, and choose the CPU meanwhile.";
    default:
        return "Choose the CPU, or restart the program.";
    }
}

} // namespace

void throwBlasError(cublasStatus_t status, const char* doing) {
    // cuBLAS has few words: what the runtime remembers says more.
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess)
        throwCudaError(error, doing);
    switch (status) {
    case CUBLAS_STATUS_ALLOC_FAILED:
        throwCudaError(cudaErrorMemoryAllocation, doing);
    case CUBLAS_STATUS_ARCH_MISMATCH:
        throwCudaError(cudaErrorNoKernelImageForDevice, doing);
    default:
        break;
    }
    // Whether the device is lost, where a kernel of the library failed, the next call to the runtime tells.
    throw CudaError(status == CUBLAS_STATUS_NOT_INITIALIZED ? Fault::OutOfMemory : Fault::Other,
        {std::string("Cannot ") + doing, "", cublasGetStatusName(status), "", adviceFor(status)});
}

} // namespace kernelscope::cuda
