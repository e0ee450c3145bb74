// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/blas.h"

#include "cuda/device_memory.h"
#include "cuda/platform/blas_check.h"
#include "cuda/platform/lost_devices.h"

#include <cstdio>

namespace kernelscope::cuda {
namespace {

/// As cuBLAS itself takes: 32 MiB from Hopper (9.0) on, 4 MiB before; see "cublasSetWorkspace" in its manual.
std::size_t workspaceBytes(int computeCapability) {
    return std::size_t{computeCapability >= 90 ? 32u : 4u} << 20;
}

cublasOperation_t operation(const Matrix& matrix) {
    return matrix.factor == Factor::Transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
}

} // namespace

void Blas::Destroy::operator()(cublasContext* handle) const noexcept {
    int device = 0;
    static_cast<void>(cudaGetDevice(&device));
    // On a lost device everything fails, and the first failure was reported.
    if (const cublasStatus_t status = cublasDestroy(handle); status != CUBLAS_STATUS_SUCCESS && !lostReason(device))
        std::fprintf(stderr, "Cannot end cuBLAS: status %d.\n", static_cast<int>(status));
}

Blas::Blas(DeviceMemory& memory, Precision precision, int computeCapability)
    : m_workspaceBytes(workspaceBytes(computeCapability)) {
    m_workspace = memory.allocate<unsigned char>(m_workspaceBytes);
    cublasHandle_t handle = nullptr;
    checkBlas(cublasCreate(&handle), "start cuBLAS");
    m_handle.reset(handle);
    checkBlas(cublasSetAtomicsMode(handle, CUBLAS_ATOMICS_NOT_ALLOWED), "set cuBLAS up");
    // The default never rounds factors of fp32 products to TF32; the pedantic mode would also forbid faster kernels.
    const bool roundsFactors = precision == Precision::Tf32;
    checkBlas(cublasSetMathMode(handle, roundsFactors ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH),
        "set cuBLAS's precision");
}

void Blas::useStream(cudaStream_t stream) {
    if (m_hasStream && stream == m_stream)
        return;
    m_hasStream = false;
    checkBlas(cublasSetStream(m_handle.get(), stream), "give cuBLAS a stream");
    // Whoever sets the stream gets the library's own workspace back.
    checkBlas(cublasSetWorkspace(m_handle.get(), m_workspace, m_workspaceBytes), "give cuBLAS its workspace");
    m_stream = stream;
    m_hasStream = true;
}

void Blas::multiply(
    cudaStream_t stream, int rows, int columns, int inner, const Matrix& left, const Matrix& right, float* product) {
    useStream(stream);
    // cuBLAS reads matrices column by column, that is, it takes each of ours for its transpose. As
    // product^T = right^T left^T, it is right to give it the factors in the other order.
    const float one = 1;
    const float zero = 0;
    const int leftRow = left.factor == Factor::Transposed ? rows : inner; // floats of a row as it lies
    const int rightRow = right.factor == Factor::Transposed ? inner : columns;
    checkBlas(cublasSgemm(m_handle.get(), operation(right), operation(left), columns, rows, inner, &one, right.values,
                  rightRow, left.values, leftRow, &zero, product, columns),
        "launch a matrix product");
}

} // namespace kernelscope::cuda
