// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Copies between ordinary host memory and the device.
#pragma once

#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"

#include <array>
#include <cstddef>
#include <span>

namespace kernelscope::cuda {

/// Copies of any size through two pieces of page-locked memory: one is filled while the device copies the other.
class Staging {
public:
    /// Throws CudaError.
    Staging();

    /// Bytes of a piece.
    static constexpr std::size_t pieceBytes = std::size_t{1} << 20;

    /// The piece to fill next. Waits until the device has copied what was in it.
    std::span<std::byte> nextPiece();
    /// Puts the copy of that piece's first bytes into the stream.
    void sendPiece(cudaStream_t stream, void* to, std::size_t bytes);

    /// Puts the copy of host memory into the stream, and keeps no reference to it.
    void upload(cudaStream_t stream, void* to, const void* from, std::size_t bytes);
    /// Copies to the host, behind all that is in the stream. Waits.
    void download(cudaStream_t stream, void* to, const void* from, std::size_t bytes);

private:
    struct Piece {
        PinnedBuffer<std::byte> memory{pieceBytes};
        Event copied = makeEvent();
        bool isOnItsWay = false;
    };
    Piece& next() { return m_pieces[m_next]; }

    std::array<Piece, 2> m_pieces;
    std::size_t m_next = 0;
};

} // namespace kernelscope::cuda
