// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/device_probe.h"

#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"
#include "cuda/tiny_kernel.h"

#include <utility>

namespace kernelscope::cuda {
namespace {

std::string describe(cudaError_t error) {
    return std::string(cudaGetErrorName(error)) + ": " + cudaGetErrorString(error);
}

/// CUDA's versions as people write them: 13000 is 13.0.
std::string versionText(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

/// Why the driver told of no device.
std::string reasonForNone(cudaError_t error) {
    int driver = 0;
    int runtime = 0;
    static_cast<void>(cudaDriverGetVersion(&driver)); // without a driver it says 0
    static_cast<void>(cudaRuntimeGetVersion(&runtime));
    static_cast<void>(cudaGetLastError()); // whoever asks next shall not hear of this
    if (driver == 0)
        return "There is no NVIDIA driver: install it if this machine has an NVIDIA GPU.";
    if (error == cudaErrorInsufficientDriver || driver / 1000 < runtime / 1000)
        return "The NVIDIA driver is too old: it is for CUDA " + versionText(driver) + ", and this build needs CUDA " +
               versionText(runtime) + ".";
    if (error == cudaSuccess || error == cudaErrorNoDevice)
        return "The NVIDIA driver found no GPU in this machine.";
    return "The NVIDIA driver could not be asked for GPUs (" + describe(error) + ").";
}

/// Why a device did not run the kernel.
std::string reasonFor(const CudaError& error, int computeCapability) {
    switch (error.fault()) {
    case Fault::NoKernelImage:
        return "This build has no code for its architecture, compute capability " +
               std::to_string(computeCapability / 10) + "." + std::to_string(computeCapability % 10) +
#if defined(KERNELSCOPE_CUDA_ARCHITECTURES)
               " (it has code for " KERNELSCOPE_CUDA_ARCHITECTURES ")" +
#endif
               ".";
    case Fault::OutOfMemory:
        return "It has not enough free memory to begin with: close other programs that use it.";
    default:
        return "A small test computation failed on it (" + error.parts().found + ").";
    }
}

void runTinyKernel() {
    DeviceMemory memory;
    const Stream stream = makeStream();
    int* const result = memory.allocate<int>(1);
    const PinnedBuffer<int> found(1);
    checkCuda(launchTinyKernel(41, result, stream.get()), "launch a test on the GPU");
    checkCuda(cudaMemcpyAsync(found.data(), result, sizeof(int), cudaMemcpyDeviceToHost, stream.get()),
        "copy a test's result from the GPU");
    checkCuda(cudaStreamSynchronize(stream.get()), "run a test on the GPU");
    if (found[0] != 42)
        throw CudaError(Fault::Other, {"Cannot run a test on the GPU", "", "a wrong result", "42", ""});
}

ProbedDevice probe(int index) {
    ProbedDevice device;
    try {
        cudaDeviceProp properties{};
        const cudaError_t error = cudaGetDeviceProperties(&properties, index);
        device.name = properties.name;
        device.computeCapability = 10 * properties.major + properties.minor;
        useDevice(index); // before anything is judged: a device that is lost is the one in use
        checkCuda(error, "ask the GPU what it is");
        runTinyKernel();
    } catch (const CudaError& error) {
        device.reason = reasonFor(error, device.computeCapability);
    }
    return device;
}

} // namespace

DeviceProbe probeDevices() {
    DeviceProbe result;
    int count = 0; // without a driver nothing is written to it
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess || count <= 0) {
        result.reason = reasonForNone(error);
        return result;
    }
    for (int i = 0; i < count; ++i)
        result.devices.push_back(probe(i));
    int driver = 0;
    static_cast<void>(cudaDriverGetVersion(&driver));
    static_cast<void>(cudaGetLastError()); // a version that is not known is no reason not to train
    if (driver > 0)
        result.driver = "CUDA " + versionText(driver);
    return result;
}

} // namespace kernelscope::cuda
