// SPDX-License-Identifier: GPL-3.0-or-later
#include "planted_faults.h"

#include "cuda/device_array.h"
#include "cuda/platform/handles.h"
#include "cuda/platform/platform.h"

namespace kernelscope::planted {
namespace {

using namespace kernelscope::cuda;

/// Gradient descent. The learning rate changes from step to step, so it is read from device memory.
__global__ void update(float* weight, const float* gradient, const float* learningRate) {
    *weight -= *learningRate * *gradient;
}

/// The same with a rate that the graph keeps as it was when the step was captured.
__global__ void updateBy(float* weight, const float* gradient, float learningRate) {
    *weight -= learningRate * *gradient;
}

} // namespace

Finding argumentChangesAfterCapture(bool planted) {
    const Stream stream = makeStream();
    const DeviceArray<float> weight(std::vector<float>{0});
    const DeviceArray<float> gradient(std::vector<float>{1});
    const DeviceArray<float> rateOnDevice(std::vector<float>{1});
    const LaunchShape shape{dim3(1), dim3(1)};
    float rate = 1;
    expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
    if (planted)
        expectSuccess(launchKernel(updateBy, shape, stream.get(), weight.data(), gradient.data(), rate));
    else
        expectSuccess(launchKernel(update, shape, stream.get(), weight.data(), gradient.data(), rateOnDevice.data()));
    cudaGraph_t graph = nullptr;
    expectSuccess(cudaStreamEndCapture(stream.get(), &graph));
    const GraphExec executable = instantiate(Graph(graph));
    for (; rate > 0.2f; rate /= 2) {
        expectSuccess(cudaMemcpy(rateOnDevice.data(), &rate, sizeof rate, cudaMemcpyHostToDevice));
        expectSuccess(cudaGraphLaunch(executable.get(), stream.get()));
        expectSuccess(cudaStreamSynchronize(stream.get()));
    }
    return weight.values()[0] == -1.75f ? "" : "update.cu: the replayed steps did not use their learning rates";
}

} // namespace kernelscope::planted
