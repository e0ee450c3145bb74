// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/capture.h"

#include "cuda/emulation/calls.h"
#include "cuda/emulation/graphs.h"
#include "cuda/emulation/runtime_calls.h"

#include <algorithm>

namespace kernelscope::emulation {
namespace {

std::vector<std::shared_ptr<Capture>>& captures() {
    static auto* const only = new std::vector<std::shared_ptr<Capture>>;
    return *only;
}

thread_local cudaStreamCaptureMode threadsMode = cudaStreamCaptureModeGlobal;

/// Whether every node of the capture comes before what its origin would be given next.
bool allJoined(const Capture& capture) {
    std::vector<bool> reached(capture.nodes.size());
    for (const int node : capture.origin->frontier)
        reached[static_cast<std::size_t>(node)] = true;
    for (std::size_t i = capture.nodes.size(); i-- > 0;)
        if (reached[i])
            for (const int before : capture.nodes[i].after)
                reached[static_cast<std::size_t>(before)] = true;
    return std::all_of(capture.streams.begin(), capture.streams.end(), [&](const Stream* stream) {
        return std::all_of(stream->frontier.begin(), stream->frontier.end(),
            [&](int node) { return reached[static_cast<std::size_t>(node)]; });
    });
}

void endCapture(const std::shared_ptr<Capture>& capture) {
    for (Stream* stream : capture->streams) {
        stream->frontier.clear();
        stream->capture.reset();
    }
    std::erase(captures(), capture);
}

} // namespace

void breakCapture(Capture& capture) {
    capture.isBroken = true;
}

cudaError_t addToCapture(Stream& stream, Operation operation) {
    Capture& capture = *stream.capture;
    if (capture.isBroken)
        return cudaErrorStreamCaptureInvalidated;
    capture.nodes.push_back({std::move(operation), stream.frontier});
    stream.frontier = {static_cast<int>(capture.nodes.size()) - 1};
    return cudaSuccess;
}

cudaError_t followInCapture(Stream& stream, const std::shared_ptr<Capture>& capture, const std::vector<int>& frontier) {
    if (capture->isBroken)
        return cudaErrorStreamCaptureInvalidated;
    if (stream.capture && stream.capture != capture) {
        breakCapture(*stream.capture);
        breakCapture(*capture);
        return cudaErrorStreamCaptureMerge;
    }
    if (!stream.capture) {
        if (stream.isDefault) {
            breakCapture(*capture);
            return cudaErrorStreamCaptureImplicit;
        }
        stream.capture = capture;
        capture->streams.push_back(&stream);
    }
    for (const int node : frontier)
        if (std::find(stream.frontier.begin(), stream.frontier.end(), node) == stream.frontier.end())
            stream.frontier.push_back(node);
    return cudaSuccess;
}

// A capture in the mode Global forbids such calls to all threads, one in the mode ThreadLocal to its own.
cudaError_t refuseWhileCapturing() {
    bool refused = false;
    for (const auto& capture : captures()) {
        const bool own = capture->thread == std::this_thread::get_id();
        const bool global = capture->mode == cudaStreamCaptureModeGlobal && threadsMode == cudaStreamCaptureModeGlobal;
        const bool local = capture->mode != cudaStreamCaptureModeRelaxed && own;
        if ((global || local) && threadsMode != cudaStreamCaptureModeRelaxed) {
            breakCapture(*capture);
            refused = true;
        }
    }
    return refused ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
}

} // namespace kernelscope::emulation

using namespace kernelscope::emulation;

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
    return call("cudaStreamBeginCapture", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        if (stream->isDefault)
            return cudaErrorStreamCaptureUnsupported;
        if (stream->capture)
            return cudaErrorIllegalState;
        const auto capture = std::make_shared<Capture>();
        capture->mode = mode;
        capture->thread = std::this_thread::get_id();
        capture->origin = stream.get();
        capture->streams = {stream.get()};
        stream->capture = capture;
        stream->frontier.clear();
        captures().push_back(capture);
        return cudaSuccess;
    });
}

// Ends the capture whatever else fails, so that a program can go on after a step that could not be captured.
cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t* graph) {
    return releasingCall("cudaStreamEndCapture", [&] {
        *graph = nullptr;
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        const std::shared_ptr<Capture> capture = stream->capture;
        if (!capture)
            return cudaErrorIllegalState;
        if (capture->origin != stream.get()) {
            breakCapture(*capture);
            return cudaErrorStreamCaptureUnmatched;
        }
        if (capture->mode != cudaStreamCaptureModeRelaxed && capture->thread != std::this_thread::get_id())
            return cudaErrorStreamCaptureWrongThread;
        const bool joined = allJoined(*capture);
        endCapture(capture);
        if (capture->isBroken)
            return cudaErrorStreamCaptureInvalidated;
        if (!joined)
            return cudaErrorStreamCaptureUnjoined;
        if (device(stream->device).sticky == cudaSuccess)
            *graph = makeGraph(std::move(capture->nodes));
        return cudaSuccess;
    });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* status) {
    return call("cudaStreamIsCapturing", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream)
            return cudaErrorInvalidResourceHandle;
        *status = !stream->capture            ? cudaStreamCaptureStatusNone
                  : stream->capture->isBroken ? cudaStreamCaptureStatusInvalidated
                                              : cudaStreamCaptureStatusActive;
        return cudaSuccess;
    });
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
    return call("cudaThreadExchangeStreamCaptureMode", [&] {
        std::swap(threadsMode, *mode);
        return cudaSuccess;
    });
}
