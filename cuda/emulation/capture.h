// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Graphs: what a captured stream was given, as nodes that hold their arguments by value.
#pragma once

#include "cuda/emulation/emulation.h"
#include "cuda/emulation/streams.h"

#include <thread>

namespace kernelscope::emulation {

struct GraphNode {
    Operation operation;
    std::vector<int> after; ///< Nodes to be done before it; all have lower numbers.
};
using GraphNodes = std::vector<GraphNode>;

/// A capture under way, of the streams that have joined it.
struct Capture {
    cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
    std::thread::id thread;
    Stream* origin = nullptr;
    std::vector<Stream*> streams; ///< The origin and what has joined.
    GraphNodes nodes;
    bool isBroken = false;
};

/// Whatever the capture's streams are given until it is ended fails.
void breakCapture(Capture& capture);
cudaError_t addToCapture(Stream& stream, Operation operation);
/// What the stream is given next comes after the nodes of `frontier`; it joins the capture if it is in none.
cudaError_t followInCapture(Stream& stream, const std::shared_ptr<Capture>& capture, const std::vector<int>& frontier);

} // namespace kernelscope::emulation
