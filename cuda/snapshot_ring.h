// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Snapshots that leave the GPU while it trains on.
#pragma once

#include "cuda/arenas.h"
#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"
#include "training/backend.h"

#include <cstddef>
#include <span>
#include <vector>

namespace kernelscope::cuda {

/// A ring of copies of parameters and state in device memory. What training waits for is the copy from device memory to
/// device memory, some microseconds between two steps; a stream of its own takes it on to the host.
class SnapshotRing final : public SnapshotCopies {
public:
    /// @param arenas what is copied; @param training the stream in which steps are made.
    SnapshotRing(const Arenas& arenas, cudaStream_t training, int device, DeviceMemory& memory);
    /// Waits for what is under way.
    ~SnapshotRing() override;
    SnapshotRing(const SnapshotRing&) = delete;
    SnapshotRing& operator=(const SnapshotRing&) = delete;

    std::size_t most() const override { return m_places.size(); }
    void begin() override;
    void take(std::span<float> parameters, std::span<float> state) override;

    /// Device memory that a ring takes, in floats.
    static std::size_t deviceFloats(const Arenas& arenas);

private:
    struct Place {
        Event copied = makeEvent();  ///< In the stream of training.
        Event arrived = makeEvent(); ///< On the host.
    };
    float* onDevice(std::size_t copy) const { return m_onDevice + copy % most() * m_floats; }
    float* onHost(std::size_t copy) const { return m_onHost.data() + copy % most() * m_floats; }

    std::span<const float> m_parameters; ///< In device memory, as all of Arenas.
    std::span<const float> m_state;
    std::size_t m_floats; ///< Of both.
    cudaStream_t m_training;
    int m_device;
    Stream m_stream;
    std::vector<Place> m_places;
    float* m_onDevice; ///< [most()][floats]
    PinnedBuffer<float> m_onHost;
    std::size_t m_begun = 0; ///< Copies so far.
    std::size_t m_taken = 0;
};

} // namespace kernelscope::cuda
