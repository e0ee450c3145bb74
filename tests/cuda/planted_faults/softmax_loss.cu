// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/platform.h"

#include <cmath>

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

constexpr int classes = 64;

/// Probabilities of one image; a thread a class, two warps. The maximum of the other warp comes through shared memory.
template <bool planted>
__global__ void softmax(const float* logits, float* probabilities) {
    KERNEL_SHARED(float, parts, [2]);
    const unsigned warp = threadIdx.x / 32;
    const float logit = logits[threadIdx.x];
    float most = logit;
    for (int distance = 16; distance > 0; distance /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, distance));
    if (threadIdx.x % 32 == 0)
        parts[warp] = most;
    __syncthreads();
    most = fmaxf(parts[0], parts[1]);
    if constexpr (!planted)
        __syncthreads(); // before `parts` is written again
    const float power = expf(logit - most);
    float sum = power;
    for (int distance = 16; distance > 0; distance /= 2)
        sum += __shfl_xor_sync(0xffffffffu, sum, distance);
    if (threadIdx.x % 32 == 0)
        parts[warp] = sum;
    __syncthreads();
    probabilities[threadIdx.x] = power / (parts[0] + parts[1]);
}

} // namespace

Finding missingBarrier(bool planted) {
    std::vector<float> values(classes);
    for (std::size_t i = 0; i < classes; ++i)
        values[i] = 0.125f * static_cast<float>(i * 7 % classes);
    const DeviceArray<float> logits(values);
    std::vector<float> first;
    using Kind = emulation::Order::Kind;
    std::vector<emulation::Order> orders{{Kind::Forward}, {Kind::Reversed}};
    for (std::uint32_t seed = 0; seed < 8; ++seed)
        orders.push_back({Kind::Shuffled, seed});
    for (const emulation::Order order : orders) {
        emulation::setOrder(order);
        DeviceArray<float> probabilities(classes);
        expectSuccess(launchKernel(planted ? softmax<true> : softmax<false>, {dim3(1), dim3(classes)}, nullptr,
            logits.data(), probabilities.data()));
        const std::vector<float> found = probabilities.values();
        if (first.empty())
            first = found;
        if (found != first)
            return "softmax_loss.cu: results depend on the order of threads";
    }
    return "";
}

} // namespace kernelscope::planted
