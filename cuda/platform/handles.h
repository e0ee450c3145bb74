// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Streams, events and graphs that destroy themselves: calls throw, destructors log.
#pragma once

#include "cuda/platform/error_check.h"

#include <utility>

namespace kernelscope::cuda {

/// Owns what a CUDA function made and another destroys. Movable; empty where nothing was made yet.
template <class Handle, cudaError_t (*destroy)(Handle)>
class UniqueHandle {
public:
    UniqueHandle() = default;
    explicit UniqueHandle(Handle handle) : m_handle(handle) {}
    UniqueHandle(UniqueHandle&& other) noexcept : m_handle(std::exchange(other.m_handle, Handle{})) {}
    UniqueHandle& operator=(UniqueHandle&& other) noexcept {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~UniqueHandle() {
        if (m_handle)
            logCudaError(destroy(m_handle), "give a stream, an event or a graph back to the GPU");
    }

    Handle get() const { return m_handle; }
    explicit operator bool() const { return m_handle != Handle{}; }

private:
    Handle m_handle{};
};

// The functions behind names of our own: the toolkit declares some with default arguments or as overloads.
inline cudaError_t destroyStream(cudaStream_t stream) {
    return cudaStreamDestroy(stream);
}
inline cudaError_t destroyEvent(cudaEvent_t event) {
    return cudaEventDestroy(event);
}
inline cudaError_t destroyGraph(cudaGraph_t graph) {
    return cudaGraphDestroy(graph);
}
inline cudaError_t destroyGraphExec(cudaGraphExec_t graph) {
    return cudaGraphExecDestroy(graph);
}

using Stream = UniqueHandle<cudaStream_t, destroyStream>;
using Event = UniqueHandle<cudaEvent_t, destroyEvent>;
using Graph = UniqueHandle<cudaGraph_t, destroyGraph>;
using GraphExec = UniqueHandle<cudaGraphExec_t, destroyGraphExec>;

/// Makes a device the calling thread's: what follows is of it. Costs next to nothing where it is already.
inline void useDevice(int device) {
    checkCuda(cudaSetDevice(device), "use the GPU");
}

/// A stream that does not wait for the default stream; only such a one can be captured.
inline Stream makeStream() {
    cudaStream_t stream = nullptr;
    checkCuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "create a stream on the GPU");
    return Stream(stream);
}

/// An event to wait for, which is cheaper than one that also keeps the time. Who waits sleeps: a run must not take a
/// core only to look on.
inline Event makeEvent() {
    cudaEvent_t event = nullptr;
    checkCuda(
        cudaEventCreateWithFlags(&event, cudaEventDisableTiming | cudaEventBlockingSync), "create an event on the GPU");
    return Event(event);
}

/// An event for cudaEventElapsedTime().
inline Event makeTimingEvent() {
    cudaEvent_t event = nullptr;
    checkCuda(cudaEventCreateWithFlags(&event, cudaEventDefault), "create an event on the GPU");
    return Event(event);
}

/// A graph made ready for launching.
inline GraphExec instantiate(const Graph& graph) {
    cudaGraphExec_t executable = nullptr;
    checkCuda(cudaGraphInstantiate(&executable, graph.get(), 0), "make a graph of training steps for the GPU");
    return GraphExec(executable);
}

} // namespace kernelscope::cuda
