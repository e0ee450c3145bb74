// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Streams: queues of work that is done as late as what waits for it allows, so that a wait that is missing shows.
#pragma once

#include "cuda/emulation/allocations.h"
#include "cuda/emulation/runtime_types.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace kernelscope::emulation {

struct Capture;

/// A place in a stream's queue: done when `number` operations of it are done.
struct Ticket {
    std::shared_ptr<struct Stream> stream;
    std::uint64_t number = 0;
};

/// One thing that a stream does.
struct Operation {
    std::function<void()> run;
    std::vector<HostTarget> targets; ///< Host memory that it writes by copies.
    std::vector<Ticket> after;       ///< To be done before, beside what is before it in its stream.
};

struct Stream {
    int device = 0;
    bool waitsForDefault = true; ///< And the default stream for it.
    bool isDefault = false;
    std::uint64_t generation = 0;
    std::uint64_t created = 0; ///< Counts streams.
    std::deque<Operation> queue;
    std::uint64_t submitted = 0, done = 0;
    std::shared_ptr<Capture> capture; ///< While it captures.
    std::vector<int> frontier;        ///< The nodes that the next one of the capture comes after.
};

/// The stream behind a handle, of the calling thread's device; null where it is none of that device.
std::shared_ptr<Stream> findStream(cudaStream_t handle);

/// Appends to the stream, or to the graph that it captures. Gives the error of a capture that is broken.
cudaError_t submit(Stream& stream, Operation operation);

/// Does what is needed until the ticket's operation is done, and nothing else.
void finish(const Ticket& ticket);
Ticket endOf(const std::shared_ptr<Stream>& stream);
/// Does one operation of those that the ticket needs. True: the ticket is done.
bool advance(const Ticket& ticket);
/// Does everything that was put into streams of the device.
void finishDevice(int device);

/// For calls that CUDA forbids while a stream is captured (see cudaStreamBeginCapture()): gives the error, and breaks
/// the capture.
cudaError_t refuseWhileCapturing();
/// The error for a call that would have the host wait for this stream while it captures.
cudaError_t refuseToWaitFor(Stream& stream);

} // namespace kernelscope::emulation
