// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Parameters, gradients, moments and state on the CPU.
#pragma once

#include "cpu/aligned_buffer.h"
#include "cpu/layout.h"
#include "training/backend.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope::cpu {

/// Learnt values, their gradients and the optimizer's memory. Each step lays out its own weights as its loops like them
/// (other order, padding with zeros), in place in the arenas: so the optimizer runs over all of them as long stretches,
/// and nothing is converted but what is read or written from outside.
struct Arenas {
    std::size_t size = 0;             ///< Floats of an arena, padding included.
    std::vector<std::uint32_t> place; ///< Where the value at an index of the canonical order lies.
    AlignedBuffer<float> parameters;
    AlignedBuffer<float> gradients;
    AlignedBuffer<float> first;  ///< Velocity, or Adam's first moment; empty where the optimizer has none.
    AlignedBuffer<float> second; ///< Adam's second moment.
    AlignedBuffer<float> state;  ///< As the plan orders it: no vector loop runs over it.

    /// Sets floats aside, on a cache line; before allocate(). Returns their offset.
    std::size_t reserve(std::size_t floats) {
        const std::size_t offset = size;
        size += roundUp(floats, 16);
        return offset;
    }
    /// Makes what was reserved, and the state, all zero. @param momentsPerParameter 0 to 2.
    void allocate(std::size_t momentsPerParameter, std::size_t stateCount);

    /// Copies between an arena and values in canonical order; the sizes must fit.
    void read(Arena arena, std::span<float> values) const;
    void write(Arena arena, std::span<const float> values);
    /// Puts zeros into the padding of all arenas: an update with gradients that are no numbers leaves such there too,
    /// which vector loops would multiply into results.
    void clearPadding();

private:
    float* bufferAt(Arena arena, std::size_t index) const;
};

} // namespace kernelscope::cpu
