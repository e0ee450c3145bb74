// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"
#include "cuda/platform/platform.h"

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

constexpr unsigned batch = 8;

__global__ void gather(const float* samples, const unsigned* order, float* images) {
    images[threadIdx.x] = samples[order[threadIdx.x]];
}

} // namespace

/// The order of an epoch's samples comes in a stream of its own, while the one before is being trained on.
Finding missingEvent(bool planted) {
    const Stream training = makeStream();
    const Stream copying = makeStream();
    const Event copied = makeEvent();
    const DeviceArray<float> samples(std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7});
    const DeviceArray<unsigned> order(std::vector<unsigned>{0, 1, 2, 3, 4, 5, 6, 7});
    DeviceArray<float> images(batch);
    const PinnedBuffer<unsigned> next(batch);
    for (unsigned i = 0; i < batch; ++i)
        next[i] = batch - 1 - i;
    expectSuccess(
        cudaMemcpyAsync(order.data(), next.data(), batch * sizeof(unsigned), cudaMemcpyHostToDevice, copying.get()));
    expectSuccess(cudaEventRecord(copied.get(), copying.get()));
    if (!planted)
        expectSuccess(cudaStreamWaitEvent(training.get(), copied.get()));
    expectSuccess(
        launchKernel(gather, {dim3(1), dim3(batch)}, training.get(), samples.data(), order.data(), images.data()));
    expectSuccess(cudaStreamSynchronize(training.get()));
    return images.values() == std::vector<float>{7, 6, 5, 4, 3, 2, 1, 0}
               ? ""
               : "sample_upload.cu: samples of the epoch before";
}

} // namespace kernelscope::planted
