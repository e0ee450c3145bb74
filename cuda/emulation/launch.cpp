// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/launch.h"

#include "cuda/emulation/allocations.h"
#include "cuda/emulation/calls.h"
#include "cuda/emulation/device_limits.h"
#include "cuda/emulation/device_words.h"
#include "cuda/emulation/order.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/shared_memory.h"
#include "cuda/emulation/streams.h"

#include <sanitizer/common_interface_defs.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace kernelscope::emulation {
namespace {

/// What is known of a kernel beside its code.
struct KernelFacts {
    std::size_t dynamicSharedLimit = staticSharedLimit; ///< Of cudaFuncSetAttribute().
    std::size_t staticShared = 0;                       ///< The most that a block used so far.
};

KernelFacts& factsOf(const void* kernel) {
    static auto* const all = new std::map<const void*, KernelFacts>;
    return (*all)[kernel];
}

std::size_t sharedLimitOfDevice() {
    return sharedLimit(state().configuration.major, state().configuration.minor);
}

void fail(const KernelLaunch& launch, int onDevice, const std::string& what, cudaError_t error) {
    State& now = state();
    now.kernelFault = "Kernel " + nameOfKernel(launch.kernel) + ", block (" + std::to_string(blockIdx.x) + ", " +
                      std::to_string(blockIdx.y) + ", " + std::to_string(blockIdx.z) + "): " + what + ".";
    std::fprintf(stderr, "emulated CUDA device: %s\n", now.kernelFault.c_str());
    failDevice(onDevice, error);
}

void run(const KernelLaunch& launch, int onDevice) {
    gridDim = launch.blocks;
    blockDim = launch.threads;
    blockIdx = {};
    for (std::size_t i = 0; i < launch.pointers.size(); ++i) {
        if (launch.pointers[i] && !findAllocation(launch.pointers[i])) {
            fail(launch, onDevice, "its pointer argument " + std::to_string(i + 1) + " is to no memory of the device",
                cudaErrorIllegalAddress);
            return;
        }
    }
    const Order order = state().order;
    const std::size_t blocks = std::size_t{gridDim.x} * gridDim.y * gridDim.z;
    const std::vector<int> shuffled = order.kind == Order::Kind::Shuffled ? orderOf(blocks, order) : std::vector<int>();
    ++state().work.kernels;
    state().work.threads += blocks * blockDim.x * blockDim.y * blockDim.z;
    beginSharedMemory(launch.dynamicShared, sharedLimitOfDevice());
    for (std::size_t i = 0; i < blocks; ++i) {
        std::size_t block = order.kind == Order::Kind::Reversed ? blocks - 1 - i : i;
        if (!shuffled.empty())
            block = static_cast<std::size_t>(shuffled[i]);
        blockIdx.x = static_cast<unsigned>(block % gridDim.x);
        blockIdx.y = static_cast<unsigned>(block / gridDim.x % gridDim.y);
        blockIdx.z = static_cast<unsigned>(block / gridDim.x / gridDim.y);
        beginSharedBlock();
        if (const std::string fault = runBlock(launch.loop, order); !fault.empty()) {
            fail(launch, onDevice, fault, cudaErrorLaunchFailure);
            break;
        }
    }
    std::size_t& used = factsOf(launch.kernel).staticShared;
    used = std::max(used, endSharedMemory());
}

bool isWithin(const dim3& extent, unsigned x, unsigned y, unsigned z) {
    return extent.x >= 1 && extent.x <= x && extent.y >= 1 && extent.y <= y && extent.z >= 1 && extent.z <= z;
}

} // namespace

std::string nameOfKernel(const void* kernel) {
    char text[1024] = {};
    // The symbolizer looks at what is before an address, as it expects those that calls return to.
    auto* const address = static_cast<std::byte*>(const_cast<void*>(kernel));
    __sanitizer_symbolize_pc(address + 1, "%f", text, sizeof text);
    return text;
}

cudaError_t launch(KernelLaunch kernel, cudaStream_t handle) {
    return call("cudaLaunchKernel", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        if (!state().configuration.hasKernelImages)
            return cudaErrorNoKernelImageForDevice;
        if (!isWithin(kernel.threads, threadLimit, threadLimit, threadLimitZ) ||
            kernel.threads.x * kernel.threads.y * kernel.threads.z > threadLimit ||
            !isWithin(kernel.blocks, gridLimitX, gridLimitYZ, gridLimitYZ))
            return cudaErrorInvalidConfiguration;
        if (kernel.dynamicShared > factsOf(kernel.kernel).dynamicSharedLimit)
            return cudaErrorInvalidValue;
        return submit(
            *stream, {[kernel = std::move(kernel), onDevice = stream->device] { run(kernel, onDevice); }, {}, {}});
    });
}

} // namespace kernelscope::emulation

using namespace kernelscope::emulation;

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value) {
    return call("cudaFuncSetAttribute", [&] {
        if (!state().configuration.hasKernelImages)
            return cudaErrorNoKernelImageForDevice;
        if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout)
            return cudaSuccess;
        KernelFacts& facts = factsOf(kernel);
        if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 ||
            static_cast<std::size_t>(value) + facts.staticShared > sharedLimitOfDevice())
            return cudaErrorInvalidValue;
        facts.dynamicSharedLimit = static_cast<std::size_t>(value);
        return cudaSuccess;
    });
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel) {
    return call("cudaFuncGetAttributes", [&] {
        if (!state().configuration.hasKernelImages)
            return cudaErrorNoKernelImageForDevice;
        *attributes = {};
        attributes->sharedSizeBytes = factsOf(kernel).staticShared;
        attributes->maxDynamicSharedSizeBytes = static_cast<int>(factsOf(kernel).dynamicSharedLimit);
        attributes->binaryVersion = state().configuration.major * 10 + state().configuration.minor;
        return cudaSuccess;
    });
}

// As far as threads and dynamic shared memory limit it: registers are unknown here.
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(
    int* blocks, const void* kernel, int threads, std::size_t dynamicShared) {
    return call("cudaOccupancyMaxActiveBlocksPerMultiprocessor", [&] {
        if (!state().configuration.hasKernelImages)
            return cudaErrorNoKernelImageForDevice;
        if (threads < 1 || threads > static_cast<int>(threadLimit))
            return cudaErrorInvalidValue;
        const std::size_t shared = dynamicShared + factsOf(kernel).staticShared + 1024;
        *blocks = std::min({32, 2048 / threads, static_cast<int>((sharedLimitOfDevice() + 1024) / shared)});
        return cudaSuccess;
    });
}
