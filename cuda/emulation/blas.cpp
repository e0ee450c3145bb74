// SPDX-License-Identifier: GPL-3.0-or-later
#include "cublas_v2.h"

#include "cuda/emulation/calls.h"
#include "cuda/emulation/streams.h"
#include "cuda/emulation/tf32.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <set>

using namespace kernelscope::emulation;

struct cublasContext {
    std::uint64_t generation = 0;
    cudaStream_t stream = nullptr;
    cublasMath_t math = CUBLAS_DEFAULT_MATH;
    void* workspace = nullptr;
    std::size_t workspaceBytes = 0;
};

namespace {

std::set<cublasHandle_t>& handles() {
    static auto* const only = new std::set<cublasHandle_t>;
    return *only;
}

/// What cuBLAS makes of an error of the runtime.
cublasStatus_t statusOf(cudaError_t error) {
    switch (error) {
    case cudaSuccess:
        return CUBLAS_STATUS_SUCCESS;
    case cudaErrorMemoryAllocation:
        return CUBLAS_STATUS_ALLOC_FAILED;
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice:
        return CUBLAS_STATUS_NOT_INITIALIZED;
    case cudaErrorNoKernelImageForDevice:
        return CUBLAS_STATUS_ARCH_MISMATCH;
    case cudaErrorInvalidValue:
        return CUBLAS_STATUS_INVALID_VALUE;
    default:
        return CUBLAS_STATUS_EXECUTION_FAILED;
    }
}

/// A call that needs a handle.
template <class Body>
cublasStatus_t blasCall(const char* name, cublasHandle_t handle, Body&& body) {
    return statusOf(call(name, [&] { return handles().contains(handle) ? body() : cudaErrorInvalidValue; }));
}

/// A factor of a product, as it is stored.
struct Factor {
    const float* values = nullptr;
    std::size_t leading = 0; ///< Between columns.
    bool transposed = false;
    std::size_t stride = 0; ///< Between the matrices of a batch.
    /// Element of row i and column j of what is multiplied.
    float at(std::size_t batch, std::size_t i, std::size_t j) const {
        return values[batch * stride + (transposed ? j + i * leading : i + j * leading)];
    }
};

struct Product {
    int rows = 0, columns = 0, inner = 0, count = 1;
    float alpha = 1, beta = 0;
    Factor a, b;
    float* c = nullptr;
    std::size_t rowStep = 1, leading = 0, stride = 0; ///< Of c.
    bool tf32 = false;
    void* workspace = nullptr;
    std::size_t workspaceBytes = 0;
};

void multiply(const Product& p) {
    // What the workspace holds is lost, as it may be on a device.
    if (p.workspace)
        std::memset(p.workspace, 0xff, std::min(p.workspaceBytes, std::size_t{4096}));
    const auto rounded = [&p](float x) { return p.tf32 ? roundToTf32(x) : x; };
    for (std::size_t batch = 0; batch < static_cast<std::size_t>(p.count); ++batch) {
        for (std::size_t j = 0; j < static_cast<std::size_t>(p.columns); ++j) {
            for (std::size_t i = 0; i < static_cast<std::size_t>(p.rows); ++i) {
                float sum = 0;
                for (std::size_t k = 0; k < static_cast<std::size_t>(p.inner); ++k)
                    sum += rounded(p.a.at(batch, i, k)) * rounded(p.b.at(batch, k, j));
                float& result = p.c[batch * p.stride + i * p.rowStep + j * p.leading];
                result = p.alpha * sum + (p.beta == 0 ? 0.0f : p.beta * result);
            }
        }
    }
}

cudaError_t submitProduct(cublasHandle_t handle, Product product) {
    const std::shared_ptr<Stream> stream = findStream(handle->stream);
    if (!stream)
        return cudaErrorInvalidResourceHandle;
    if (!state().configuration.hasKernelImages)
        return cudaErrorNoKernelImageForDevice;
    if (product.rows == 0 || product.columns == 0 || product.count == 0)
        return cudaSuccess;
    if (stream->capture && !handle->workspace) {
        std::fprintf(stderr, "emulated CUDA device: a captured product of cuBLAS needs cublasSetWorkspace() after "
                             "cublasSetStream()\n");
        return cudaErrorNotPermitted;
    }
    product.tf32 = handle->math == CUBLAS_TF32_TENSOR_OP_MATH;
    product.workspace = handle->workspace;
    product.workspaceBytes = handle->workspaceBytes;
    return submit(*stream, {[product] { multiply(product); }, {}, {}});
}

Factor factor(const float* values, int leading, cublasOperation_t operation, long long stride = 0) {
    return {values, static_cast<std::size_t>(leading), operation != CUBLAS_OP_N, static_cast<std::size_t>(stride)};
}

bool areSizes(int m, int n, int k, int count = 1) {
    return m >= 0 && n >= 0 && k >= 0 && count >= 0;
}

} // namespace

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
    return statusOf(call("cublasCreate", [&] {
        *handle = nullptr;
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        *handle = new cublasContext{state().generation, nullptr, CUBLAS_DEFAULT_MATH, nullptr, 0};
        handles().insert(*handle);
        ++state().alive.blasHandles;
        return cudaSuccess;
    }));
}

// Waits for the device, as cuBLAS does.
cublasStatus_t cublasDestroy(cublasHandle_t handle) {
    return statusOf(releasingCall("cublasDestroy", [&] {
        if (handles().erase(handle) == 0)
            return cudaErrorInsufficientDriver; // NOT_INITIALIZED
        finishDevice(currentDevice());
        if (handle->generation == state().generation)
            --state().alive.blasHandles;
        delete handle;
        return cudaSuccess;
    }));
}

cublasStatus_t cublasGetVersion(cublasHandle_t, int* version) {
    *version = 130000;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
    return blasCall("cublasSetStream", handle, [&] {
        handle->stream = stream;
        handle->workspace = nullptr; // cuBLAS goes back to its own
        handle->workspaceBytes = 0;
        return cudaSuccess;
    });
}

cublasStatus_t cublasGetStream(cublasHandle_t handle, cudaStream_t* stream) {
    return blasCall("cublasGetStream", handle, [&] {
        *stream = handle->stream;
        return cudaSuccess;
    });
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void* workspace, std::size_t bytes) {
    return blasCall("cublasSetWorkspace", handle, [&] {
        if (workspace && (!findAllocation(workspace, bytes) || reinterpret_cast<std::uintptr_t>(workspace) % 256 != 0))
            return cudaErrorInvalidValue;
        handle->workspace = workspace;
        handle->workspaceBytes = bytes;
        return cudaSuccess;
    });
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
    return blasCall("cublasSetMathMode", handle, [&] {
        handle->math = mode;
        return cudaSuccess;
    });
}

// Sums have one order here in either mode.
cublasStatus_t cublasSetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t) {
    return blasCall("cublasSetAtomicsMode", handle, [] { return cudaSuccess; });
}

// Only scalars of the host are emulated.
cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode) {
    return blasCall("cublasSetPointerMode", handle,
        [&] { return mode == CUBLAS_POINTER_MODE_HOST ? cudaSuccess : cudaErrorInvalidValue; });
}

cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transposeA,
    cublasOperation_t transposeB, int m, int n, int k, const float* alpha, const float* a, int lda, long long strideA,
    const float* b, int ldb, long long strideB, const float* beta, float* c, int ldc, long long strideC, int count) {
    return blasCall("cublasSgemm", handle, [&] {
        if (!areSizes(m, n, k, count) || lda < std::max(1, transposeA == CUBLAS_OP_N ? m : k) ||
            ldb < std::max(1, transposeB == CUBLAS_OP_N ? k : n) || ldc < std::max(1, m))
            return cudaErrorInvalidValue;
        Product product;
        product.rows = m;
        product.columns = n;
        product.inner = k;
        product.count = count;
        product.alpha = *alpha;
        product.beta = *beta;
        product.a = factor(a, lda, transposeA, strideA);
        product.b = factor(b, ldb, transposeB, strideB);
        product.c = c;
        product.leading = static_cast<std::size_t>(ldc);
        product.stride = static_cast<std::size_t>(strideC);
        return submitProduct(handle, product);
    });
}

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transposeA, cublasOperation_t transposeB, int m,
    int n, int k, const float* alpha, const float* a, int lda, const float* b, int ldb, const float* beta, float* c,
    int ldc) {
    return cublasSgemmStridedBatched(
        handle, transposeA, transposeB, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}

cublasStatus_t cublasSgemv(cublasHandle_t handle, cublasOperation_t transpose, int m, int n, const float* alpha,
    const float* a, int lda, const float* x, int incx, const float* beta, float* y, int incy) {
    return blasCall("cublasSgemv", handle, [&] {
        if (!areSizes(m, n, 0) || lda < std::max(1, m) || incx < 1 || incy < 1)
            return cudaErrorInvalidValue;
        const bool asIs = transpose == CUBLAS_OP_N;
        Product product;
        product.rows = asIs ? m : n;
        product.columns = 1;
        product.inner = asIs ? n : m;
        product.alpha = *alpha;
        product.beta = *beta;
        product.a = factor(a, lda, transpose);
        product.b = factor(x, incx, CUBLAS_OP_T);
        product.c = y;
        product.rowStep = static_cast<std::size_t>(incy);
        return submitProduct(handle, product);
    });
}

const char* cublasGetStatusName(cublasStatus_t status) {
    switch (status) {
    case CUBLAS_STATUS_SUCCESS:
        return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED:
        return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_ALLOC_FAILED:
        return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE:
        return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_ARCH_MISMATCH:
        return "CUBLAS_STATUS_ARCH_MISMATCH";
    case CUBLAS_STATUS_MAPPING_ERROR:
        return "CUBLAS_STATUS_MAPPING_ERROR";
    case CUBLAS_STATUS_EXECUTION_FAILED:
        return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_INTERNAL_ERROR:
        return "CUBLAS_STATUS_INTERNAL_ERROR";
    case CUBLAS_STATUS_NOT_SUPPORTED:
        return "CUBLAS_STATUS_NOT_SUPPORTED";
    case CUBLAS_STATUS_LICENSE_ERROR:
        return "CUBLAS_STATUS_LICENSE_ERROR";
    }
    return "unknown";
}

const char* cublasGetStatusString(cublasStatus_t status) {
    return cublasGetStatusName(status);
}
