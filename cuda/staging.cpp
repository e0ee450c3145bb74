// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/staging.h"

#include <algorithm>
#include <cstring>

namespace kernelscope::cuda {

Staging::Staging() = default;

std::span<std::byte> Staging::nextPiece() {
    Piece& piece = next();
    if (piece.isOnItsWay)
        checkCuda(cudaEventSynchronize(piece.copied.get()), "wait for a copy to the GPU");
    piece.isOnItsWay = false;
    return {piece.memory.data(), pieceBytes};
}

void Staging::sendPiece(cudaStream_t stream, void* to, std::size_t bytes) {
    Piece& piece = next();
    checkCuda(cudaMemcpyAsync(to, piece.memory.data(), bytes, cudaMemcpyHostToDevice, stream), "copy to the GPU");
    checkCuda(cudaEventRecord(piece.copied.get(), stream), "copy to the GPU");
    piece.isOnItsWay = true;
    m_next = (m_next + 1) % m_pieces.size();
}

void Staging::upload(cudaStream_t stream, void* to, const void* from, std::size_t bytes) {
    for (std::size_t at = 0; at < bytes; at += pieceBytes) {
        const std::size_t part = std::min(pieceBytes, bytes - at);
        std::memcpy(nextPiece().data(), static_cast<const std::byte*>(from) + at, part);
        sendPiece(stream, static_cast<std::byte*>(to) + at, part);
    }
}

void Staging::download(cudaStream_t stream, void* to, const void* from, std::size_t bytes) {
    for (std::size_t at = 0; at < bytes; at += pieceBytes) {
        const std::size_t part = std::min(pieceBytes, bytes - at);
        const std::span<std::byte> piece = nextPiece();
        checkCuda(cudaMemcpyAsync(
                      piece.data(), static_cast<const std::byte*>(from) + at, part, cudaMemcpyDeviceToHost, stream),
            "copy from the GPU");
        checkCuda(cudaStreamSynchronize(stream), "wait for the GPU");
        std::memcpy(static_cast<std::byte*>(to) + at, piece.data(), part);
    }
}

} // namespace kernelscope::cuda
