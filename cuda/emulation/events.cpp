// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/calls.h"
#include "cuda/emulation/capture.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/streams.h"

#include <chrono>
#include <memory>
#include <set>

using namespace kernelscope::emulation;
using Clock = std::chrono::steady_clock;

struct CUevent_st {
    unsigned flags = cudaEventDefault;
    std::uint64_t generation = 0;
    bool isRecorded = false;
    Ticket ticket;                         ///< Where it was recorded last.
    std::shared_ptr<Clock::time_point> at; ///< When the stream came there.
    std::shared_ptr<Capture> capture;      ///< That it was recorded in, behind these nodes.
    std::vector<int> frontier;
};

namespace {

std::set<cudaEvent_t>& events() {
    static auto* const only = new std::set<cudaEvent_t>;
    return *only;
}

/// The error for waiting for an event that stands for a place in a graph.
cudaError_t refuseCaptured(cudaEvent_t event) {
    if (!events().contains(event))
        return cudaErrorInvalidResourceHandle;
    if (!event->capture)
        return cudaSuccess;
    breakCapture(*event->capture);
    return cudaErrorCapturedEvent;
}

cudaError_t makeEvent(const char* name, cudaEvent_t* event, unsigned flags) {
    return call(name, [&] {
        *event = new CUevent_st{flags, state().generation, false, {}, nullptr, nullptr, {}};
        events().insert(*event);
        ++state().alive.events;
        return cudaSuccess;
    });
}

} // namespace

cudaError_t cudaEventCreate(cudaEvent_t* event) {
    return makeEvent("cudaEventCreate", event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
    return makeEvent("cudaEventCreateWithFlags", event, flags);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    return releasingCall("cudaEventDestroy", [&] {
        if (events().erase(event) == 0)
            return cudaErrorInvalidResourceHandle;
        if (event->generation == state().generation)
            --state().alive.events;
        delete event;
        return cudaSuccess;
    });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
    return call("cudaEventRecord", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream || !events().contains(event))
            return cudaErrorInvalidResourceHandle;
        if (stream->capture) {
            if (stream->capture->isBroken)
                return cudaErrorStreamCaptureInvalidated;
            event->capture = stream->capture;
            event->frontier = stream->frontier;
            return cudaSuccess;
        }
        auto at = std::make_shared<Clock::time_point>();
        const cudaError_t error = submit(*stream, {[at] { *at = Clock::now(); }, {}, {}});
        if (error != cudaSuccess)
            return error;
        event->isRecorded = true;
        event->ticket = endOf(stream);
        event->at = std::move(at);
        event->capture.reset();
        return cudaSuccess;
    });
}

// An event that was never recorded is one that has happened.
cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned) {
    return call("cudaStreamWaitEvent", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream || !events().contains(event))
            return cudaErrorInvalidResourceHandle;
        if (event->capture)
            return followInCapture(*stream, event->capture, event->frontier);
        if (!event->isRecorded)
            return cudaSuccess;
        if (stream->capture) {
            // The graph would wait once, and not at its second launch.
            breakCapture(*stream->capture);
            return cudaErrorStreamCaptureIsolation;
        }
        return submit(*stream, {[] {}, {}, {event->ticket}});
    });
}

// Does one operation at a time; see cudaStreamQuery(). A capture in the mode Global does not allow it to any thread.
cudaError_t cudaEventQuery(cudaEvent_t event) {
    return call("cudaEventQuery", [&] {
        if (const cudaError_t error = refuseCaptured(event); error != cudaSuccess)
            return error;
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        if (!event->isRecorded)
            return cudaSuccess;
        const bool done = advance(event->ticket);
        if (device(event->ticket.stream->device).sticky != cudaSuccess)
            return device(event->ticket.stream->device).sticky;
        return done ? cudaSuccess : cudaErrorNotReady;
    });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    return call("cudaEventSynchronize", [&] {
        if (const cudaError_t error = refuseCaptured(event); error != cudaSuccess)
            return error;
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        if (!event->isRecorded)
            return cudaSuccess;
        finish(event->ticket);
        return device(event->ticket.stream->device).sticky;
    });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    return call("cudaEventElapsedTime", [&] {
        for (const cudaEvent_t event : {start, end}) {
            if (const cudaError_t error = refuseCaptured(event); error != cudaSuccess)
                return error;
            if (!event->isRecorded || (event->flags & cudaEventDisableTiming) != 0)
                return cudaErrorInvalidResourceHandle;
        }
        for (const cudaEvent_t event : {start, end})
            if (event->ticket.stream->done < event->ticket.number)
                return cudaErrorNotReady;
        *milliseconds = std::chrono::duration<float, std::milli>(*end->at - *start->at).count();
        return cudaSuccess;
    });
}
