// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/platform/platform.h"

#include <cmath>

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

constexpr int tile = 16;
constexpr int inputs = 41; // no multiple of the tile

/// A dense layer on one image, through tiles of its input in shared memory, the last of which is not full, from the end
/// to the start; a thread a unit.
template <bool planted>
__global__ void dense(const float* input, const float* weights, float* result) {
    KERNEL_SHARED(float, shared, [tile]);
    const int unit = static_cast<int>(threadIdx.x);
    float sum = 0;
    for (int first = inputs / tile * tile; first >= 0; first -= tile) {
        const int own = first + unit;
        __syncthreads();
        if (own < inputs)
            shared[unit] = input[own];
        else if constexpr (!planted)
            shared[unit] = 0;
        __syncthreads();
        for (int i = 0; i < tile; ++i)
            sum += shared[i] * (first + i < inputs ? weights[unit * inputs + first + i] : 0.0f);
    }
    result[unit] = sum;
}

} // namespace

Finding uninitialisedShared(bool planted) {
    const DeviceArray<float> input(std::vector<float>(inputs, 1.0f));
    const DeviceArray<float> weights(std::vector<float>(inputs * tile, 2.0f));
    DeviceArray<float> result(tile);
    expectSuccess(launchKernel(planted ? dense<true> : dense<false>, {dim3(1), dim3(tile)}, nullptr, input.data(),
        weights.data(), result.data()));
    const float first = result.values()[0];
    if (std::isnan(first))
        return "dense_forward.cu: not a number";
    return first == 2.0f * inputs ? "" : "a wrong product";
}

} // namespace kernelscope::planted
