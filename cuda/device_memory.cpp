// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/device_memory.h"

namespace kernelscope::cuda {
namespace {

constexpr std::size_t alignment = 256;

} // namespace

DeviceMemory::~DeviceMemory() {
    for (auto piece = m_pieces.rbegin(); piece != m_pieces.rend(); ++piece)
        logCudaError(cudaFree(*piece), "give memory back to the GPU");
}

void* DeviceMemory::allocateBytes(std::size_t bytes, bool zeroed) {
    if (bytes == 0)
        return nullptr;
    m_bytes += (bytes + alignment - 1) / alignment * alignment;
    if (m_mode == Mode::Measure)
        return reinterpret_cast<void*>(alignment); // not null, for null has a meaning, and offsets are added to it
    // One allocation for each array rather than one for all: a kernel that reads beyond its array is then seen.
    m_pieces.reserve(m_pieces.size() + 1);
    void* piece = nullptr;
    checkCuda(cudaMalloc(&piece, bytes), "get memory on the GPU");
    m_pieces.push_back(piece);
    if (zeroed)
        checkCuda(cudaMemset(piece, 0, bytes), "clear memory on the GPU");
    return piece;
}

PinnedMemory::PinnedMemory(std::size_t bytes) {
    checkCuda(cudaMallocHost(&m_data, bytes), "get memory that the GPU can read");
}

PinnedMemory::~PinnedMemory() {
    logCudaError(cudaFreeHost(m_data), "give memory back that the GPU could read");
}

} // namespace kernelscope::cuda
