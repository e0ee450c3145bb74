// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/streams.h"

#include "cuda/emulation/calls.h"
#include "cuda/emulation/capture.h"
#include "cuda/emulation/runtime_calls.h"

#include <algorithm>
#include <map>

// A handle is the address of one of these.
struct CUstream_st {};

namespace kernelscope::emulation {
namespace {

struct Streams {
    std::map<cudaStream_t, std::shared_ptr<Stream>> made;
    std::map<int, std::shared_ptr<Stream>> defaults; ///< By device.
    std::uint64_t created = 0;
};
Streams& streams() {
    static auto* const only = new Streams;
    return *only;
}

std::shared_ptr<Stream> defaultStream(int device) {
    auto& stream = streams().defaults[device];
    if (!stream) {
        stream = std::make_shared<Stream>();
        stream->device = device;
        stream->isDefault = true;
    }
    return stream;
}

void runFirst(Stream& stream) {
    Operation operation = std::move(stream.queue.front());
    stream.queue.pop_front();
    // After a failure nothing more is done, and nobody is told that it was.
    if (device(stream.device).sticky == cudaSuccess)
        operation.run();
    for (const HostTarget& target : operation.targets)
        fulfil(target);
    ++stream.done;
}

/// What has to be done first: an operation whose own dependencies are done.
Stream& runnable(Stream& stream) {
    for (const Ticket& ticket : stream.queue.front().after)
        if (ticket.stream->done < ticket.number)
            return runnable(*ticket.stream);
    return stream;
}

} // namespace

std::shared_ptr<Stream> findStream(cudaStream_t handle) {
    if (handle == nullptr || handle == cudaStreamLegacy)
        return defaultStream(currentDevice());
    const auto found = streams().made.find(handle);
    return found != streams().made.end() && found->second->device == currentDevice() ? found->second : nullptr;
}

cudaError_t submit(Stream& stream, Operation operation) {
    if (stream.capture)
        return addToCapture(stream, std::move(operation));
    const auto follow = [&operation](const std::shared_ptr<Stream>& other) {
        if (other->done < other->submitted)
            operation.after.push_back(endOf(other));
    };
    if (stream.isDefault) {
        for (const auto& [handle, other] : streams().made) {
            if (other->device != stream.device || !other->waitsForDefault)
                continue;
            if (other->capture) {
                breakCapture(*other->capture);
                return cudaErrorStreamCaptureImplicit;
            }
            follow(other);
        }
    } else if (stream.waitsForDefault) {
        follow(defaultStream(stream.device));
    }
    for (const HostTarget& target : operation.targets)
        promise(target);
    stream.queue.push_back(std::move(operation));
    ++stream.submitted;
    return cudaSuccess;
}

Ticket endOf(const std::shared_ptr<Stream>& stream) {
    return {stream, stream->submitted};
}

void finish(const Ticket& ticket) {
    if (ticket.stream->done >= ticket.number)
        return;
    const DeviceAccess access;
    while (ticket.stream->done < ticket.number)
        runFirst(runnable(*ticket.stream));
}

bool advance(const Ticket& ticket) {
    if (ticket.stream->done < ticket.number) {
        const DeviceAccess access;
        runFirst(runnable(*ticket.stream));
    }
    return ticket.stream->done >= ticket.number;
}

void finishDevice(int device) {
    // The newest streams first: work that should have waited for an older one's is then done too early.
    std::vector<std::shared_ptr<Stream>> all;
    for (const auto& [handle, stream] : streams().made)
        if (stream->device == device)
            all.push_back(stream);
    const bool oldestFirst = state().order.kind != Order::Kind::Forward;
    std::sort(
        all.begin(), all.end(), [&](const auto& a, const auto& b) { return (a->created < b->created) == oldestFirst; });
    all.push_back(defaultStream(device));
    for (const auto& stream : all)
        finish(endOf(stream));
}

cudaError_t refuseToWaitFor(Stream& stream) {
    if (!stream.capture)
        return cudaSuccess;
    breakCapture(*stream.capture);
    return cudaErrorStreamCaptureUnsupported;
}

} // namespace kernelscope::emulation

using namespace kernelscope::emulation;

namespace {

cudaError_t makeStream(const char* name, cudaStream_t* handle, unsigned flags) {
    return call(name, [&] {
        if (flags != cudaStreamDefault && flags != cudaStreamNonBlocking)
            return cudaErrorInvalidValue;
        *handle = new CUstream_st;
        auto stream = std::make_shared<Stream>();
        stream->device = currentDevice();
        stream->waitsForDefault = flags == cudaStreamDefault;
        stream->generation = state().generation;
        stream->created = ++streams().created;
        streams().made[*handle] = std::move(stream);
        ++state().alive.streams;
        return cudaSuccess;
    });
}

} // namespace

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    return makeStream("cudaStreamCreate", stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
    return makeStream("cudaStreamCreateWithFlags", stream, flags);
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
    return makeStream("cudaStreamCreateWithPriority", stream, flags);
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
    return call("cudaDeviceGetStreamPriorityRange", [&] {
        *least = 0;
        *greatest = -5;
        return cudaSuccess;
    });
}

// What is still queued is done now: a device does it later, but nobody can wait for it any more.
cudaError_t cudaStreamDestroy(cudaStream_t handle) {
    return releasingCall("cudaStreamDestroy", [&] {
        const auto found = streams().made.find(handle);
        if (found == streams().made.end())
            return cudaErrorInvalidResourceHandle;
        const std::shared_ptr<Stream> stream = found->second;
        if (stream->capture)
            breakCapture(*stream->capture);
        finish(endOf(stream));
        if (stream->generation == state().generation)
            --state().alive.streams;
        streams().made.erase(found);
        delete handle;
        return cudaSuccess;
    });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
    return call("cudaStreamSynchronize", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        if (const cudaError_t error = refuseToWaitFor(*stream); error != cudaSuccess)
            return error;
        finish(endOf(stream));
        return device(stream->device).sticky;
    });
}

// Does one operation at a time, so that a program that asks again and again gets on, and sees "not ready" first.
cudaError_t cudaStreamQuery(cudaStream_t handle) {
    return call("cudaStreamQuery", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        if (const cudaError_t error = refuseToWaitFor(*stream); error != cudaSuccess)
            return error;
        const bool done = advance(endOf(stream));
        if (device(stream->device).sticky != cudaSuccess)
            return device(stream->device).sticky;
        return done ? cudaSuccess : cudaErrorNotReady;
    });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void* userData) {
    return call("cudaLaunchHostFunc", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        return submit(*stream, {[function, userData] { function(userData); }, {}, {}});
    });
}
