// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Training steps as one launch.
#pragma once

#include "cuda/platform/handles.h"

#include <functional>

namespace kernelscope::cuda {

/// One training step or several, captured once and launched as one: the host hands over a graph instead of each of its
/// kernels, and the device goes from one to the next without asking. What changes from step to step is in device
/// memory, see step_state.h, so that one capture serves the whole run.
class StepGraph {
public:
    StepGraph() = default;
    /// Captures `enqueue`, called once for each of `steps`: it puts a step into the stream. Nothing is computed.
    /// Throws what it throws, and CudaError.
    StepGraph(cudaStream_t stream, int steps, const std::function<void()>& enqueue);

    /// Training steps of a launch; 0: none was captured.
    int steps() const { return m_steps; }
    void launch(cudaStream_t stream) const;

private:
    int m_steps = 0;
    GraphExec m_graph;
};

} // namespace kernelscope::cuda
