// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Values in device memory, for tests: copied there and back by calls that wait.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <stdexcept>
#include <vector>

/// Throws what a call gave, by name: tests expect none of these to fail.
inline void expectSuccess(cudaError_t error) {
    if (error != cudaSuccess)
        throw std::runtime_error(cudaGetErrorName(error));
}

template <class T>
class DeviceArray {
public:
    /// Not initialised.
    explicit DeviceArray(std::size_t count) : m_count(count) { expectSuccess(cudaMalloc(&m_data, count * sizeof(T))); }
    explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
        expectSuccess(cudaMemcpy(m_data, values.data(), m_count * sizeof(T), cudaMemcpyHostToDevice));
    }
    ~DeviceArray() { static_cast<void>(cudaFree(m_data)); }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;

    T* data() const { return m_data; }
    /// Waits for the device first.
    std::vector<T> values() const {
        expectSuccess(cudaDeviceSynchronize());
        std::vector<T> result(m_count);
        expectSuccess(cudaMemcpy(result.data(), m_data, m_count * sizeof(T), cudaMemcpyDeviceToHost));
        return result;
    }

private:
    T* m_data = nullptr;
    std::size_t m_count = 0;
};
