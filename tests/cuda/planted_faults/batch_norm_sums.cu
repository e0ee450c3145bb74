// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/platform.h"

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

constexpr unsigned threads = 64;

/// Sum of a channel's values. Threads beyond the last value add nothing, but must come to the barriers all the same.
template <bool planted>
__global__ void sumChannel(const float* values, unsigned count, float* sum) {
    KERNEL_SHARED(float, parts, [threads]);
    if constexpr (planted)
        if (threadIdx.x >= count)
            return;
    parts[threadIdx.x] = threadIdx.x < count ? values[threadIdx.x] : 0.0f;
    for (unsigned half = threads / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half)
            parts[threadIdx.x] += parts[threadIdx.x + half];
    }
    if (threadIdx.x == 0)
        *sum = parts[0];
}

} // namespace

Finding barrierNotReachedByAll(bool planted) {
    const DeviceArray<float> values(std::vector<float>(50, 2.0f));
    DeviceArray<float> sum(1);
    expectSuccess(launchKernel(planted ? sumChannel<true> : sumChannel<false>, {dim3(1), dim3(threads)}, nullptr,
        values.data(), 50u, sum.data()));
    if (cudaDeviceSynchronize() != cudaSuccess)
        return emulation::kernelFault();
    return sum.values()[0] == 100.0f ? "" : "a wrong sum";
}

} // namespace kernelscope::planted
