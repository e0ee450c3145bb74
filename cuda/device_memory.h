// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Memory on the device, and memory of the host that the device can read.
#pragma once

#include "cuda/platform/error_check.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace kernelscope::cuda {

/// All device memory of an executor: taken while it is made, given back at its end, nothing in between.
///
/// How much that is shows in a first pass that only measures: the steps are constructed twice, so that what does not
/// fit is refused with a figure before anything is taken. Constructors of steps therefore do nothing with null
/// pointers.
class DeviceMemory {
public:
    enum class Mode {
        Measure,  ///< allocate() counts, and returns a pointer that must not be used.
        Allocate, ///< It takes memory.
    };

    explicit DeviceMemory(Mode mode = Mode::Allocate) : m_mode(mode) {}
    ~DeviceMemory();
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    /// Room for `count` values, aligned to 256 bytes, not initialised, for as long as this lives. Null where count is
    /// 0. Throws CudaError.
    template <class T>
    T* allocate(std::size_t count) {
        return static_cast<T*>(allocateBytes(bytesOf(count, sizeof(T)), false));
    }

    /// The same with all bits 0, by the time the executor is made.
    template <class T>
    T* allocateZeroed(std::size_t count) {
        return static_cast<T*>(allocateBytes(bytesOf(count, sizeof(T)), true));
    }

    /// Sum of what was asked for, each rounded up to 256.
    std::size_t bytes() const { return m_bytes; }

private:
    /// Sizes that overflow are more than any device has: they fail as such.
    static std::size_t bytesOf(std::size_t count, std::size_t size) {
        constexpr std::size_t most = std::numeric_limits<std::size_t>::max() / 4;
        return count > most / size ? most : count * size;
    }
    void* allocateBytes(std::size_t bytes, bool zeroed);

    Mode m_mode;
    std::size_t m_bytes = 0;
    std::vector<void*> m_pieces;
};

/// Page-locked host memory, of which the device copies while the host goes on.
class PinnedMemory {
public:
    /// Throws CudaError.
    explicit PinnedMemory(std::size_t bytes);
    ~PinnedMemory();
    PinnedMemory(const PinnedMemory&) = delete;
    PinnedMemory& operator=(const PinnedMemory&) = delete;
    void* data() const { return m_data; }

private:
    void* m_data = nullptr;
};

/// Such memory as an array of plain values, zero at first.
template <class T>
class PinnedBuffer {
public:
    /// Throws CudaError.
    explicit PinnedBuffer(std::size_t count)
        : m_memory(count * sizeof(T)),
          m_values(static_cast<T*>(m_memory.data()), count) {
        std::fill(m_values.begin(), m_values.end(), T{});
    }
    std::size_t size() const { return m_values.size(); }
    T* data() const { return m_values.data(); }
    T& operator[](std::size_t index) const { return m_values[index]; }

private:
    PinnedMemory m_memory;
    std::span<T> m_values;
};

} // namespace kernelscope::cuda
