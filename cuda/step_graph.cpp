// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/step_graph.h"

namespace kernelscope::cuda {
namespace {

/// A stream that is being captured. Also where what is captured throws, the stream must be left as it was.
class Capture {
public:
    explicit Capture(cudaStream_t stream) : m_stream(stream) {
        // Other threads may use the device as they like meanwhile.
        checkCuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "begin to record training steps");
    }
    ~Capture() {
        if (!m_stream)
            return;
        cudaGraph_t graph = nullptr;
        static_cast<void>(cudaStreamEndCapture(m_stream, &graph)); // the first failure is the one to tell
        static_cast<void>(cudaGetLastError());
        const Graph broken(graph);
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    Graph end() {
        const cudaStream_t stream = std::exchange(m_stream, nullptr);
        cudaGraph_t graph = nullptr;
        const cudaError_t error = cudaStreamEndCapture(stream, &graph);
        Graph result(graph);
        checkCuda(error, "record training steps");
        return result;
    }

private:
    cudaStream_t m_stream;
};

} // namespace

StepGraph::StepGraph(cudaStream_t stream, int steps, const std::function<void()>& enqueue) : m_steps(steps) {
    Capture capture(stream);
    for (int i = 0; i < steps; ++i)
        enqueue();
    m_graph = instantiate(capture.end());
}

void StepGraph::launch(cudaStream_t stream) const {
    checkCuda(cudaGraphLaunch(m_graph.get(), stream), "launch training steps on the GPU");
}

} // namespace kernelscope::cuda
