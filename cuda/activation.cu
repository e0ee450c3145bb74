// SPDX-License-Identifier: GPL-3.0-or-later
// A thread for each value: one load and one store forward, two loads and one store backward, neighbouring threads at
// neighbouring values. Nothing but the memory's bandwidth counts here, which is why the plan puts activations into the
// epilogue of the step before wherever it can.
#include "cuda/activation.h"

#include "cuda/device/nonlinearity.cuh"
#include "cuda/platform/error_check.h"

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;

__global__ void activationForward(Nonlinearity function, const float* in, float* out, std::size_t count) {
    const std::size_t i = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
    if (i < count)
        out[i] = activate(function, in[i]);
}

__global__ void activationBackward(
    Nonlinearity function, const float* out, const float* outGradient, float* inGradient, std::size_t count) {
    const std::size_t i = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
    if (i < count)
        inGradient[i] = outGradient[i] * slopeAt(function, out[i]);
}

LaunchShape threadForEach(std::size_t count) {
    return {static_cast<unsigned>((count + kThreads - 1) / kThreads), kThreads};
}

} // namespace

ActivationStep::ActivationStep(const StepOf<Activation>& step, Edge& in, Edge& out, const Environment&)
    : m_in(in),
      m_out(out),
      m_function(nonlinearityOf(step.layer)) {}

void ActivationStep::forward(const Pass& pass) {
    const std::size_t count = static_cast<std::size_t>(pass.images) * m_in.size();
    checkCuda(launchKernel(
                  activationForward, threadForEach(count), pass.stream, m_function, m_in.values, m_out.values, count),
        "launch an activation");
}

void ActivationStep::backward(const Pass& pass) {
    if (!m_in.gradients)
        return;
    const std::size_t count = static_cast<std::size_t>(pass.images) * m_in.size();
    checkCuda(launchKernel(activationBackward, threadForEach(count), pass.stream, m_function, m_out.values,
                  m_out.gradients, m_in.gradients, count),
        "launch an activation's gradient");
}

std::int64_t ActivationStep::executedFlops() const {
    return static_cast<std::int64_t>(m_in.size()) * flopsOf(m_function) * (m_in.gradients ? 2 : 1);
}

} // namespace kernelscope::cuda
