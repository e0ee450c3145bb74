// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/tiny_kernel.h"

namespace kernelscope::cuda {
namespace {

__global__ void addOne(int value, int* result) {
    *result = value + 1;
}

} // namespace

cudaError_t launchTinyKernel(int value, int* result, cudaStream_t stream) {
    return launchKernel(addOne, {dim3(1), dim3(1)}, stream, value, result);
}

} // namespace kernelscope::cuda
