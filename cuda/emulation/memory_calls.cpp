// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/allocations.h"
#include "cuda/emulation/calls.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/streams.h"

using namespace kernelscope::emulation;

namespace {

cudaError_t allocateFor(const char* name, void** pointer, std::size_t bytes, Place place) {
    return call(name, [&] {
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        *pointer = nullptr;
        if (bytes == 0)
            return cudaSuccess;
        *pointer = allocate(bytes, place);
        return *pointer ? cudaSuccess : cudaErrorMemoryAllocation;
    });
}

/// Both wait for the device, as CUDA's do in fact.
cudaError_t releaseFor(const char* name, void* pointer, Place place) {
    return releasingCall(name, [&] {
        if (!pointer)
            return cudaSuccess;
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        finishDevice(currentDevice());
        return release(pointer, place) ? device(currentDevice()).sticky : cudaErrorInvalidValue;
    });
}

} // namespace

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
    return allocateFor("cudaMalloc", pointer, bytes, Place::Device);
}

cudaError_t cudaFree(void* pointer) {
    return releaseFor("cudaFree", pointer, Place::Device);
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes, unsigned) {
    return allocateFor("cudaMallocHost", pointer, bytes, Place::Pinned);
}

cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned) {
    return allocateFor("cudaHostAlloc", pointer, bytes, Place::Pinned);
}

cudaError_t cudaFreeHost(void* pointer) {
    return releaseFor("cudaFreeHost", pointer, Place::Pinned);
}

cudaError_t cudaHostGetDevicePointer(void** devicePointer, void* hostPointer, unsigned) {
    return call("cudaHostGetDevicePointer", [&] {
        const Allocation* const allocation = findAllocation(hostPointer);
        if (!allocation || allocation->place != Place::Pinned)
            return cudaErrorInvalidValue;
        *devicePointer = hostPointer;
        return cudaSuccess;
    });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
    return call("cudaPointerGetAttributes", [&] {
        *attributes = {};
        const Allocation* const allocation = findAllocation(pointer, 1);
        attributes->hostPointer = const_cast<void*>(pointer);
        if (!allocation)
            return cudaSuccess;
        const bool onDevice = allocation->place == Place::Device;
        attributes->type = onDevice ? cudaMemoryTypeDevice : cudaMemoryTypeHost;
        attributes->device = allocation->device;
        attributes->devicePointer = const_cast<void*>(pointer);
        attributes->hostPointer = onDevice ? nullptr : const_cast<void*>(pointer);
        return cudaSuccess;
    });
}
