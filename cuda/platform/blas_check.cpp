// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/platform/blas_check.h"

namespace kernelscope::cuda {

void throwBlasError(cublasStatus_t status, const char* doing) {
    // cuBLAS has few words: what the runtime remembers says more.
    if (const cudaError_t error = cudaGetLastError(); error != cudaSuccess)
        throwCudaError(error, doing);
    switch (status) {
    case CUBLAS_STATUS_ALLOC_FAILED:
        throwCudaError(cudaErrorMemoryAllocation, doing);
    case CUBLAS_STATUS_ARCH_MISMATCH:
        throwCudaError(cudaErrorNoKernelImageForDevice, doing);
    case CUBLAS_STATUS_EXECUTION_FAILED:
        throwCudaError(cudaErrorLaunchFailure, doing);
    default:
        break;
    }
    throw CudaError(Fault::Other,
        {std::string("Cannot ") + doing, "", "cuBLAS status " + std::to_string(static_cast<int>(status)), "", ""});
}

} // namespace kernelscope::cuda
