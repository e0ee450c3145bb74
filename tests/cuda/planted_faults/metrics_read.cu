// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"
#include "cuda/platform/platform.h"

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

__global__ void writeLoss(float* loss) {
    *loss = 0.25f;
}

} // namespace

/// Metrics are copied to pinned memory while training goes on, and read when the event behind the copy has happened.
Finding hostReadsTooEarly(bool planted) {
    const Stream stream = makeStream();
    const Event copied = makeEvent();
    DeviceArray<float> loss(1);
    const PinnedBuffer<float> onHost(1);
    expectSuccess(launchKernel(writeLoss, {dim3(1), dim3(1)}, stream.get(), loss.data()));
    expectSuccess(cudaMemcpyAsync(onHost.data(), loss.data(), sizeof(float), cudaMemcpyDeviceToHost, stream.get()));
    expectSuccess(cudaEventRecord(copied.get(), stream.get()));
    if (!planted)
        expectSuccess(cudaEventSynchronize(copied.get()));
    return onHost[0] == 0.25f ? "" : "metrics_read.cu: a loss that was not measured";
}

} // namespace kernelscope::planted
