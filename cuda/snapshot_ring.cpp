// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/snapshot_ring.h"

#include <algorithm>
#include <stdexcept>

namespace kernelscope::cuda {
namespace {

// Between two looks of the host, 16 ms apart, a fast device comes by some tens of steps whose weights are kept.
constexpr std::size_t mostPlaces = 16;
constexpr std::size_t mostBytes = std::size_t{32} << 20; // of page-locked memory, of which a machine has not too much
constexpr const char* doing = "copy parameters from the GPU";

std::size_t floatsOf(const Arenas& arenas) {
    return arenas.size(Arena::Parameters) + arenas.size(Arena::State);
}

std::size_t placesFor(const Arenas& arenas) {
    return std::clamp<std::size_t>(
        mostBytes / std::max<std::size_t>(floatsOf(arenas) * sizeof(float), 1), 1, mostPlaces);
}

} // namespace

std::size_t SnapshotRing::deviceFloats(const Arenas& arenas) {
    return placesFor(arenas) * floatsOf(arenas);
}

SnapshotRing::SnapshotRing(const Arenas& arenas, cudaStream_t training, int device, DeviceMemory& memory)
    : m_parameters(arenas.parameters, arenas.size(Arena::Parameters)),
      m_state(arenas.state, arenas.size(Arena::State)),
      m_floats(floatsOf(arenas)),
      m_training(training),
      m_device(device),
      m_stream(makeStream()),
      m_places(placesFor(arenas)),
      m_onDevice(memory.allocate<float>(deviceFloats(arenas))),
      m_onHost(deviceFloats(arenas)) {}

SnapshotRing::~SnapshotRing() {
    logCudaError(cudaSetDevice(m_device), "go back to the GPU");
    logCudaError(cudaStreamSynchronize(m_stream.get()), "wait for the GPU");
}

void SnapshotRing::begin() {
    if (m_begun - m_taken == most())
        throw std::logic_error("SnapshotRing::begin: all copies are under way");
    useDevice(m_device);
    const Place& place = m_places[m_begun % most()];
    float* to = onDevice(m_begun);
    for (const std::span<const float> values : {m_parameters, m_state}) {
        checkCuda(cudaMemcpyAsync(to, values.data(), values.size_bytes(), cudaMemcpyDeviceToDevice, m_training), doing);
        to += values.size();
    }
    checkCuda(cudaEventRecord(place.copied.get(), m_training), doing);
    checkCuda(cudaStreamWaitEvent(m_stream.get(), place.copied.get(), 0), doing);
    checkCuda(cudaMemcpyAsync(
                  onHost(m_begun), onDevice(m_begun), m_floats * sizeof(float), cudaMemcpyDeviceToHost, m_stream.get()),
        doing);
    checkCuda(cudaEventRecord(place.arrived.get(), m_stream.get()), doing);
    ++m_begun;
}

void SnapshotRing::take(std::span<float> parameters, std::span<float> state) {
    if (m_begun == m_taken || parameters.size() != m_parameters.size() || state.size() != m_state.size())
        throw std::logic_error("SnapshotRing::take: no copy is under way, or the sizes are others");
    useDevice(m_device);
    checkCuda(cudaEventSynchronize(m_places[m_taken % most()].arrived.get()), doing);
    const float* const values = onHost(m_taken);
    std::copy_n(values, parameters.size(), parameters.data());
    std::copy_n(values + parameters.size(), state.size(), state.data());
    ++m_taken;
}

} // namespace kernelscope::cuda
