// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// checkCuda() for cuBLAS.
#pragma once

#include "cuda/platform/error_check.h"

#include <cublas_v2.h>

namespace kernelscope::cuda {

/// Throws the CudaError of a failed cuBLAS call: that of the CUDA call behind it, where there is one.
[[noreturn]] void throwBlasError(cublasStatus_t status, const char* doing);

/// Throws CudaError unless the call succeeded. @param doing as for checkCuda().
inline void checkBlas(cublasStatus_t status, const char* doing) {
    if (status != CUBLAS_STATUS_SUCCESS)
        throwBlasError(status, doing);
}

} // namespace kernelscope::cuda
