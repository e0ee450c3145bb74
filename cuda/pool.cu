// SPDX-License-Identifier: GPL-3.0-or-later
// Forward, a thread makes one value of the result: it reads its window, size x size values, and writes one, and for
// max-pooling the maximum's place in the window, in training. Backward, a thread makes the gradient of one input value,
// from the windows that it lies in (one, where windows stand side by side): so windows may overlap, and each sum has
// one thread and one order. Nothing is kept in shared memory: a value is read by few threads, neighbours, and the
// first-level cache serves these. Bound by memory, as there is one operation for each value that is read.
#include "cuda/pool.h"

#include "cuda/device_memory.h"

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;

/// Where a thread's value lies, when all planes' values are dealt out to the threads in order.
struct Place {
    std::size_t plane;
    int row;
    int column;
};

/// @param planeSize rows * columns of a plane; a plane is far smaller than 2^31, all planes together need not be.
__device__ Place placeOf(int planeSize, int columns) {
    const std::size_t first = std::size_t{blockIdx.x} * kThreads;
    const auto size = static_cast<std::size_t>(planeSize);
    const auto inside = static_cast<int>(first % size + threadIdx.x); // of the first plane, or behind it
    const int index = inside % planeSize;
    return {first / size + static_cast<std::size_t>(inside / planeSize), index / columns, index % columns};
}

/// The windows [first, last) of a row or column that a position lies in.
struct Covering {
    int first;
    int last;
};

__device__ Covering windowsOver(int position, const PoolWindows& windows, int count) {
    const int before = position - windows.size; // the last position that a window may begin at to end before it
    const int first = before < 0 ? 0 : before / windows.stride + 1;
    const int last = position / windows.stride + 1;
    return {first, last < count ? last : count};
}

__device__ const float* window(const PoolWindows& windows, const float* values, const Place& at) {
    return values +
           (at.plane * static_cast<std::size_t>(windows.height) + static_cast<std::size_t>(at.row * windows.stride)) *
               static_cast<std::size_t>(windows.width) +
           at.column * windows.stride;
}

__global__ void maxPool(
    PoolWindows windows, std::size_t planes, const float* values, float* result, std::uint16_t* arguments) {
    const Place at = placeOf(windows.rows * windows.columns, windows.columns);
    if (at.plane >= planes)
        return;
    const float* corner = window(windows, values, at);
    float greatest = corner[0];
    int argument = 0;
    for (int i = 0; i < windows.size; ++i)
        for (int j = 0; j < windows.size; ++j) {
            const float value = corner[i * windows.width + j];
            if (value > greatest) { // of equals the first
                greatest = value;
                argument = i * windows.size + j;
            }
        }
    const std::size_t index = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
    result[index] = greatest;
    if (arguments)
        arguments[index] = static_cast<std::uint16_t>(argument);
}

__global__ void averagePool(PoolWindows windows, std::size_t planes, const float* values, float* result) {
    const Place at = placeOf(windows.rows * windows.columns, windows.columns);
    if (at.plane >= planes)
        return;
    const float* corner = window(windows, values, at);
    float sum = 0;
    for (int i = 0; i < windows.size; ++i)
        for (int j = 0; j < windows.size; ++j)
            sum += corner[i * windows.width + j];
    result[std::size_t{blockIdx.x} * kThreads + threadIdx.x] = sum / static_cast<float>(windows.size * windows.size);
}

/// Both ways back: `arguments` are null for the average, of which each value has the same share.
__global__ void poolBackward(PoolWindows windows, std::size_t planes, const float* resultGradients,
    const std::uint16_t* arguments, float* gradients) {
    const Place at = placeOf(windows.height * windows.width, windows.width);
    if (at.plane >= planes)
        return;
    const Covering rows = windowsOver(at.row, windows, windows.rows);
    const Covering columns = windowsOver(at.column, windows, windows.columns);
    const std::size_t plane = at.plane * static_cast<std::size_t>(windows.rows * windows.columns);
    float sum = 0;
    for (int y = rows.first; y < rows.last; ++y)
        for (int x = columns.first; x < columns.last; ++x) {
            const std::size_t index = plane + static_cast<std::size_t>(y * windows.columns + x);
            const int here = (at.row - y * windows.stride) * windows.size + at.column - x * windows.stride;
            if (!arguments || arguments[index] == here)
                sum += resultGradients[index];
        }
    gradients[std::size_t{blockIdx.x} * kThreads + threadIdx.x] =
        arguments ? sum : sum / static_cast<float>(windows.size * windows.size);
}

/// A thread for each value of all planes.
LaunchShape threadsFor(std::size_t planes, int rows, int columns) {
    const std::size_t values = planes * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    return {dim3(static_cast<unsigned>((values + kThreads - 1) / kThreads)), dim3(kThreads)};
}

LaunchShape threadsForResult(const PoolWindows& windows, std::size_t planes) {
    return threadsFor(planes, windows.rows, windows.columns);
}

LaunchShape threadsForInput(const PoolWindows& windows, std::size_t planes) {
    return threadsFor(planes, windows.height, windows.width);
}

} // namespace

void forwardMaxPool(cudaStream_t stream, const PoolWindows& windows, std::size_t planes, const float* values,
    float* result, std::uint16_t* arguments) {
    checkCuda(
        launchKernel(maxPool, threadsForResult(windows, planes), stream, windows, planes, values, result, arguments),
        "launch max-pooling");
}

void backwardMaxPool(cudaStream_t stream, const PoolWindows& windows, std::size_t planes, const float* resultGradients,
    const std::uint16_t* arguments, float* gradients) {
    checkCuda(launchKernel(poolBackward, threadsForInput(windows, planes), stream, windows, planes, resultGradients,
                  arguments, gradients),
        "launch the gradient of max-pooling");
}

PoolStep::PoolStep(const StepOf<Pool>& step, Edge& in, Edge& out, const Environment& environment)
    : m_windows{step.layer.size, step.layer.stride, step.in.height, step.in.width, step.out.height, step.out.width},
      m_isMaximum(step.layer.kind == PoolKind::Max),
      m_needsInputGradient(step.needsInputGradient),
      m_channels(static_cast<std::size_t>(step.in.channels)),
      m_in(in),
      m_out(out) {
    if (m_isMaximum && m_needsInputGradient)
        m_arguments = environment.memory.allocate<std::uint16_t>(
            static_cast<std::size_t>(environment.batchSize) * step.out.size());
}

void PoolStep::forward(const Pass& pass) {
    const std::size_t planes = static_cast<std::size_t>(pass.images) * m_channels;
    if (m_isMaximum)
        forwardMaxPool(
            pass.stream, m_windows, planes, m_in.values, m_out.values, pass.training ? m_arguments : nullptr);
    else
        checkCuda(launchKernel(averagePool, threadsForResult(m_windows, planes), pass.stream, m_windows, planes,
                      m_in.values, m_out.values),
            "launch average-pooling");
}

void PoolStep::backward(const Pass& pass) {
    if (!m_needsInputGradient)
        return;
    const std::size_t planes = static_cast<std::size_t>(pass.images) * m_channels;
    checkCuda(launchKernel(poolBackward, threadsForInput(m_windows, planes), pass.stream, m_windows, planes,
                  m_out.gradients, m_isMaximum ? m_arguments : nullptr, m_in.gradients),
        "launch the gradient of pooling");
}

std::int64_t PoolStep::executedFlops() const {
    if (m_isMaximum)
        return 0; // comparisons
    const std::int64_t sums =
        static_cast<std::int64_t>(m_channels) * m_windows.rows * m_windows.columns * m_windows.size * m_windows.size;
    return m_needsInputGradient ? 2 * sums : sums;
}

} // namespace kernelscope::cuda
