// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/platform/platform.h"

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

constexpr int size = 6; // of the image and of the result: 3x3 kernel, padding 1

/// One channel; a thread an output.
template <bool planted>
__global__ void convolve(const float* image, const float* weights, float* result) {
    const int x = static_cast<int>(threadIdx.x);
    const int y = static_cast<int>(threadIdx.y);
    float sum = 0;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            const int inX = x + column - 1;
            const int inY = y + row - 1;
            bool isInside = inX >= 0 && inX < size && inY >= 0 && inY < size;
            if constexpr (planted)
                isInside = inX >= 0 && inX < size && inY >= 0; // below the last row lies nobody's memory
            if (isInside)
                sum += image[inY * size + inX] * weights[row * 3 + column];
        }
    }
    result[y * size + x] = sum;
}

} // namespace

Finding outOfBoundsRead(bool planted) {
    const DeviceArray<float> image(std::vector<float>(size * size, 1.0f));
    const DeviceArray<float> weights(std::vector<float>(9, 1.0f));
    DeviceArray<float> result(size * size);
    const LaunchShape shape{dim3(1), dim3(size, size)};
    expectSuccess(launchKernel(
        planted ? convolve<true> : convolve<false>, shape, nullptr, image.data(), weights.data(), result.data()));
    return result.values()[0] == 4.0f ? "" : "a wrong sum";
}

} // namespace kernelscope::planted
