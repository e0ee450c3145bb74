// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/arenas.h"

namespace kernelscope::cuda {

Arenas::Arenas(const Plan& plan, std::size_t momentsPerParameter, DeviceMemory& memory)
    : parameters(memory.allocateZeroed<float>(plan.parameterCount)),
      gradients(memory.allocateZeroed<float>(plan.parameterCount)),
      state(memory.allocateZeroed<float>(plan.stateCount)),
      m_parameterCount(plan.parameterCount),
      m_stateCount(plan.stateCount),
      m_momentsPerParameter(momentsPerParameter) {
    if (momentsPerParameter > 0)
        first = memory.allocateZeroed<float>(plan.parameterCount);
    if (momentsPerParameter > 1)
        second = memory.allocateZeroed<float>(plan.parameterCount);
}

std::size_t Arenas::size(Arena arena) const {
    switch (arena) {
    case Arena::Parameters:
    case Arena::Gradients:
        return m_parameterCount;
    case Arena::Moments:
        return m_momentsPerParameter * m_parameterCount;
    case Arena::State:
        break;
    }
    return m_stateCount;
}

std::vector<std::span<float>> Arenas::arrays(Arena arena) const {
    switch (arena) {
    case Arena::Parameters:
        return {{parameters, m_parameterCount}};
    case Arena::Gradients:
        return {{gradients, m_parameterCount}};
    case Arena::Moments:
        if (m_momentsPerParameter == 0)
            return {};
        if (m_momentsPerParameter == 1)
            return {{first, m_parameterCount}};
        return {{first, m_parameterCount}, {second, m_parameterCount}};
    case Arena::State:
        break;
    }
    return {{state, m_stateCount}};
}

void Arenas::read(Arena arena, std::span<float> values, Staging& staging, cudaStream_t stream) const {
    for (const std::span<float> array : arrays(arena)) {
        staging.download(stream, values.data(), array.data(), array.size_bytes());
        values = values.subspan(array.size());
    }
}

void Arenas::write(Arena arena, std::span<const float> values, Staging& staging, cudaStream_t stream) const {
    for (const std::span<float> array : arrays(arena)) {
        staging.upload(stream, array.data(), values.data(), array.size_bytes());
        values = values.subspan(array.size());
    }
}

void Arenas::clear(cudaStream_t stream) const {
    for (const Arena arena : {Arena::Parameters, Arena::Gradients, Arena::Moments, Arena::State})
        for (const std::span<float> array : arrays(arena))
            checkCuda(cudaMemsetAsync(array.data(), 0, array.size_bytes(), stream), "clear memory on the GPU");
}

} // namespace kernelscope::cuda
