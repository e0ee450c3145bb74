// SPDX-License-Identifier: GPL-3.0-or-later
// What the device says of itself. Figures that no test asks about are an H100's.
#include "cuda/emulation/calls.h"
#include "cuda/emulation/device_limits.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/streams.h"

#include <cstdio>
#include <cstring>

using namespace kernelscope::emulation;

namespace {

bool isDevice(int index) {
    return index >= 0 && index < state().configuration.devices;
}

cudaDeviceProp propertiesOf(int index) {
    const DeviceConfiguration& is = state().configuration;
    cudaDeviceProp p;
    std::snprintf(p.name, sizeof p.name, "Emulated device %d", index);
    p.uuid[15] = static_cast<unsigned char>(index + 1);
    p.totalGlobalMem = is.memory;
    p.sharedMemPerBlock = staticSharedLimit;
    p.regsPerBlock = registersOfMultiprocessor;
    p.warpSize = 32;
    p.maxThreadsPerBlock = threadLimit;
    p.maxThreadsDim[0] = p.maxThreadsDim[1] = threadLimit;
    p.maxThreadsDim[2] = threadLimitZ;
    p.maxGridSize[0] = gridLimitX;
    p.maxGridSize[1] = p.maxGridSize[2] = gridLimitYZ;
    p.totalConstMem = 64 * 1024;
    p.major = is.major;
    p.minor = is.minor;
    p.multiProcessorCount = is.multiprocessors;
    p.canMapHostMemory = 1;
    p.concurrentKernels = 1;
    p.pciBusID = index + 1;
    p.asyncEngineCount = 2;
    p.unifiedAddressing = 1;
    p.memoryBusWidth = 5120;
    p.l2CacheSize = 50 << 20;
    p.maxThreadsPerMultiProcessor = 2048;
    p.sharedMemPerMultiprocessor = sharedLimit(is.major, is.minor) + 1024;
    p.regsPerMultiprocessor = registersOfMultiprocessor;
    p.cooperativeLaunch = 1;
    p.sharedMemPerBlockOptin = sharedLimit(is.major, is.minor);
    p.maxBlocksPerMultiProcessor = 32;
    p.reservedSharedMemPerBlock = 1024;
    return p;
}

} // namespace

// Without a driver the count is left as it is, as CUDA's own runtime does.
cudaError_t cudaGetDeviceCount(int* count) {
    return call(
        "cudaGetDeviceCount",
        [&] {
            *count = state().configuration.devices;
            return cudaSuccess;
        },
        Needs::Driver);
}

cudaError_t cudaSetDevice(int index) {
    return call(
        "cudaSetDevice",
        [&] {
            if (!isDevice(index))
                return cudaErrorInvalidDevice;
            setCurrentDevice(index);
            return device(index).sticky;
        },
        Needs::Driver);
}

cudaError_t cudaGetDevice(int* index) {
    return call(
        "cudaGetDevice",
        [&] {
            *index = currentDevice();
            return cudaSuccess;
        },
        Needs::Driver);
}

cudaError_t cudaSetDeviceFlags(unsigned) {
    return call("cudaSetDeviceFlags", [] { return cudaSuccess; });
}

cudaError_t cudaInitDevice(int index, unsigned, unsigned) {
    return call("cudaInitDevice", [&] { return isDevice(index) ? device(index).sticky : cudaErrorInvalidDevice; });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int index) {
    return call(
        "cudaGetDeviceProperties",
        [&] {
            if (!isDevice(index))
                return cudaErrorInvalidDevice;
            *properties = propertiesOf(index);
            return cudaSuccess;
        },
        Needs::Driver);
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int index) {
    return call(
        "cudaDeviceGetAttribute",
        [&] {
            if (!isDevice(index))
                return cudaErrorInvalidDevice;
            const cudaDeviceProp p = propertiesOf(index);
            switch (attribute) {
            case cudaDevAttrMaxThreadsPerBlock:
                *value = p.maxThreadsPerBlock;
                break;
            case cudaDevAttrMaxBlockDimX:
            case cudaDevAttrMaxBlockDimY:
                *value = p.maxThreadsDim[0];
                break;
            case cudaDevAttrMaxBlockDimZ:
                *value = p.maxThreadsDim[2];
                break;
            case cudaDevAttrMaxGridDimX:
                *value = p.maxGridSize[0];
                break;
            case cudaDevAttrMaxGridDimY:
            case cudaDevAttrMaxGridDimZ:
                *value = p.maxGridSize[1];
                break;
            case cudaDevAttrMaxSharedMemoryPerBlock:
                *value = static_cast<int>(p.sharedMemPerBlock);
                break;
            case cudaDevAttrWarpSize:
                *value = p.warpSize;
                break;
            case cudaDevAttrMaxRegistersPerBlock:
            case cudaDevAttrMaxRegistersPerMultiprocessor:
                *value = p.regsPerBlock;
                break;
            case cudaDevAttrClockRate:
                *value = 1980000;
                break;
            case cudaDevAttrMultiProcessorCount:
                *value = p.multiProcessorCount;
                break;
            case cudaDevAttrKernelExecTimeout:
            case cudaDevAttrIntegrated:
            case cudaDevAttrComputeMode:
                *value = 0;
                break;
            case cudaDevAttrMemoryClockRate:
                *value = 2619000;
                break;
            case cudaDevAttrGlobalMemoryBusWidth:
                *value = p.memoryBusWidth;
                break;
            case cudaDevAttrL2CacheSize:
                *value = p.l2CacheSize;
                break;
            case cudaDevAttrMaxThreadsPerMultiProcessor:
                *value = p.maxThreadsPerMultiProcessor;
                break;
            case cudaDevAttrUnifiedAddressing:
            case cudaDevAttrCooperativeLaunch:
                *value = 1;
                break;
            case cudaDevAttrComputeCapabilityMajor:
                *value = p.major;
                break;
            case cudaDevAttrComputeCapabilityMinor:
                *value = p.minor;
                break;
            case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
                *value = static_cast<int>(p.sharedMemPerMultiprocessor);
                break;
            case cudaDevAttrMaxSharedMemoryPerBlockOptin:
                *value = static_cast<int>(p.sharedMemPerBlockOptin);
                break;
            case cudaDevAttrMaxBlocksPerMultiprocessor:
                *value = p.maxBlocksPerMultiProcessor;
                break;
            case cudaDevAttrReservedSharedMemoryPerBlock:
                *value = static_cast<int>(p.reservedSharedMemPerBlock);
                break;
            default:
                return cudaErrorInvalidValue;
            }
            return cudaSuccess;
        },
        Needs::Driver);
}

cudaError_t cudaDeviceGetPCIBusId(char* pciBusId, int length, int index) {
    return call(
        "cudaDeviceGetPCIBusId",
        [&] {
            if (!isDevice(index))
                return cudaErrorInvalidDevice;
            std::snprintf(pciBusId, static_cast<std::size_t>(length), "0000:%02X:00.0", index + 1);
            return cudaSuccess;
        },
        Needs::Driver);
}

// 0 without a driver, as CUDA's.
cudaError_t cudaDriverGetVersion(int* version) {
    return call(
        "cudaDriverGetVersion",
        [&] {
            *version = state().configuration.hasDriver ? state().configuration.driverVersion : 0;
            return cudaSuccess;
        },
        Needs::Nothing);
}

cudaError_t cudaRuntimeGetVersion(int* version) {
    return call(
        "cudaRuntimeGetVersion",
        [&] {
            *version = CUDART_VERSION;
            return cudaSuccess;
        },
        Needs::Nothing);
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
    return call("cudaMemGetInfo", [&] {
        *total = state().configuration.memory;
        *free = *total - std::min(*total, device(currentDevice()).usedBytes);
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceSynchronize() {
    return call("cudaDeviceSynchronize", [] {
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        finishDevice(currentDevice());
        return device(currentDevice()).sticky;
    });
}

// A device that failed answers again, as it does to a process that begins anew. Streams and memory are kept: whoever
// has them gives them back.
cudaError_t cudaDeviceReset() {
    return call(
        "cudaDeviceReset",
        [] {
            device(currentDevice()).sticky = cudaSuccess;
            return cudaSuccess;
        },
        Needs::Driver);
}
