// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Parameters, gradients, moments and state on the GPU. The twin of core/cpu/arenas.h.
#pragma once

#include "cuda/staging.h"
#include "training/backend.h"

#include <cstddef>
#include <span>
#include <vector>

namespace kernelscope::cuda {

/// Learnt values, their gradients and the optimizer's memory, each in one array in the plan's canonical order, in which
/// the kernels read them. All zero at first.
class Arenas {
public:
    /// @param momentsPerParameter 0 to 2.
    Arenas(const Plan& plan, std::size_t momentsPerParameter, DeviceMemory& memory);

    float* parameters = nullptr;
    float* gradients = nullptr;
    float* state = nullptr;
    float* first = nullptr;  ///< Velocity, or Adam's first moment; null where the optimizer has none.
    float* second = nullptr; ///< Adam's second moment.

    /// Floats in an arena.
    std::size_t size(Arena arena) const;

    /// Copies between an arena and the host, behind what is in the stream; the sizes must fit. read() waits.
    void read(Arena arena, std::span<float> values, Staging& staging, cudaStream_t stream) const;
    void write(Arena arena, std::span<const float> values, Staging& staging, cudaStream_t stream) const;

    /// Puts it into the stream that all are zero again.
    void clear(cudaStream_t stream) const;

private:
    /// The arrays that an arena lies in, one behind the other.
    std::vector<std::span<float>> arrays(Arena arena) const;

    std::size_t m_parameterCount;
    std::size_t m_stateCount;
    std::size_t m_momentsPerParameter;
};

} // namespace kernelscope::cuda
