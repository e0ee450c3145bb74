// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Matrix products by cuBLAS, for matrices that lie row by row.
#pragma once

#include "cuda/platform/platform.h"
#include "cuda/step.h"

#include <cstddef>
#include <memory>

struct cublasContext;

namespace kernelscope::cuda {

/// Whether a factor is read as it lies, or transposed.
enum class Factor { AsIs, Transposed };

/// A matrix of a product in device memory, row by row without gaps.
struct Matrix {
    const float* values = nullptr;
    Factor factor = Factor::AsIs;
};

/// A cuBLAS handle of the current device. Its results are bit-identical from run to run: atomics are not allowed, and
/// its workspace is its own, so that it allocates nothing while a graph is captured. As there is one workspace, all
/// products must be in one stream, or streams that wait for one another.
class Blas {
public:
    /// @param memory what the workspace is allocated of. Throws Error where cuBLAS cannot start.
    Blas(DeviceMemory& memory, Precision precision, int computeCapability);
    Blas(const Blas&) = delete;
    Blas& operator=(const Blas&) = delete;

    /// product[rows][columns] = left[rows][inner] times right[inner][columns], with `left` lying as [inner][rows] where
    /// it is transposed, and `right` as [columns][inner].
    void multiply(
        cudaStream_t stream, int rows, int columns, int inner, const Matrix& left, const Matrix& right, float* product);

private:
    void useStream(cudaStream_t stream);

    struct Destroy {
        void operator()(cublasContext* handle) const noexcept;
    };
    std::unique_ptr<cublasContext, Destroy> m_handle;
    void* m_workspace = nullptr;
    std::size_t m_workspaceBytes = 0;
    cudaStream_t m_stream = nullptr;
    bool m_hasStream = false; ///< Whether m_stream was given to the handle.
};

} // namespace kernelscope::cuda
