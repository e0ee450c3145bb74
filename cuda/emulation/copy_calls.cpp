// SPDX-License-Identifier: GPL-3.0-or-later
// Copies between host and device. Of pinned memory a copy reads when it is done, not when it is asked for, and what it
// writes there the host must not touch before; ordinary memory is copied while the call runs, as CUDA does it.
#include "cuda/emulation/allocations.h"
#include "cuda/emulation/calls.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/streams.h"

#include <cstring>
#include <memory>
#include <vector>

using namespace kernelscope::emulation;

namespace {

/// Rows of a copy; one where the memory is in one piece.
struct Rows {
    std::size_t width = 0, height = 1;
    std::size_t targetPitch = 0, sourcePitch = 0;
    std::size_t extent(std::size_t pitch) const { return height == 0 ? 0 : (height - 1) * pitch + width; }
};

enum class Side { Device, Pinned, Ordinary, Invalid };

Side sideOf(const void* pointer, std::size_t bytes) {
    const Allocation* const allocation = findAllocation(pointer, bytes);
    if (allocation)
        return allocation->place == Place::Device ? Side::Device : Side::Pinned;
    // It may end just where ordinary memory begins; inside an allocation, the copy goes beyond it.
    const Allocation* const begins = findAllocation(pointer);
    if (begins && static_cast<const std::byte*>(pointer) < begins->begin + begins->bytes)
        return Side::Invalid;
    return Side::Ordinary;
}

/// Whether the memory is on the side that the call says. Pinned memory is on both.
bool agrees(Side side, bool saysDevice) {
    return saysDevice ? side == Side::Device || side == Side::Pinned : side == Side::Ordinary || side == Side::Pinned;
}

cudaError_t copy(
    void* target, const void* source, const Rows& rows, cudaMemcpyKind kind, cudaStream_t handle, bool waits) {
    const std::shared_ptr<Stream> stream = findStream(handle);
    if (!stream)
        return cudaErrorInvalidResourceHandle;
    if (rows.width == 0 || rows.height == 0)
        return cudaSuccess;
    const Side to = sideOf(target, rows.extent(rows.targetPitch));
    const Side from = sideOf(source, rows.extent(rows.sourcePitch));
    if (to == Side::Invalid || from == Side::Invalid)
        return cudaErrorInvalidValue;
    if (kind != cudaMemcpyDefault &&
        (!agrees(to, kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice) ||
            !agrees(from, kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice)))
        return cudaErrorInvalidValue;
    const bool isOrdinary = to == Side::Ordinary || from == Side::Ordinary;
    if (stream->capture && (waits || isOrdinary)) {
        refuseToWaitFor(*stream);
        return cudaErrorStreamCaptureUnsupported;
    }

    Operation operation;
    std::shared_ptr<std::vector<std::byte>> staged; // what ordinary memory held during the call
    if (from == Side::Ordinary) {
        const auto* const bytes = static_cast<const std::byte*>(source);
        staged = std::make_shared<std::vector<std::byte>>(bytes, bytes + rows.extent(rows.sourcePitch));
    }
    operation.run = [target, source, staged, rows] {
        const auto* const read = staged ? staged->data() : static_cast<const std::byte*>(source);
        auto* const written = static_cast<std::byte*>(target);
        for (std::size_t row = 0; row < rows.height; ++row)
            std::memmove(written + row * rows.targetPitch, read + row * rows.sourcePitch, rows.width);
    };
    if (to == Side::Pinned && from == Side::Device)
        operation.targets.push_back({static_cast<std::byte*>(target), rows.extent(rows.targetPitch)});
    const cudaError_t error = submit(*stream, std::move(operation));
    if (error != cudaSuccess)
        return error;
    if (waits || to == Side::Ordinary) {
        finish(endOf(stream));
        return device(stream->device).sticky;
    }
    return cudaSuccess;
}

cudaError_t set(void* target, int value, std::size_t bytes, cudaStream_t handle) {
    const std::shared_ptr<Stream> stream = findStream(handle);
    if (!stream)
        return cudaErrorInvalidResourceHandle;
    if (bytes == 0)
        return cudaSuccess;
    const Side side = sideOf(target, bytes);
    if (!agrees(side, true))
        return cudaErrorInvalidValue;
    return submit(*stream, {[=] { std::memset(target, value, bytes); }, {}, {}});
}

} // namespace

cudaError_t cudaMemcpy(void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind) {
    return call("cudaMemcpy", [&] {
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        return copy(target, source, {bytes, 1, bytes, bytes}, kind, nullptr, true);
    });
}

cudaError_t cudaMemcpyAsync(
    void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
    return call("cudaMemcpyAsync", [&] { return copy(target, source, {bytes, 1, bytes, bytes}, kind, stream, false); });
}

cudaError_t cudaMemcpy2DAsync(void* target, std::size_t targetPitch, const void* source, std::size_t sourcePitch,
    std::size_t width, std::size_t height, cudaMemcpyKind kind, cudaStream_t stream) {
    return call("cudaMemcpy2DAsync", [&] {
        if (width > targetPitch || width > sourcePitch)
            return cudaErrorInvalidValue;
        return copy(target, source, {width, height, targetPitch, sourcePitch}, kind, stream, false);
    });
}

// Like CUDA's, it does not wait: other streams that do not wait for the default one may come before it.
cudaError_t cudaMemset(void* target, int value, std::size_t bytes) {
    return call("cudaMemset", [&] {
        if (const cudaError_t error = refuseWhileCapturing(); error != cudaSuccess)
            return error;
        return set(target, value, bytes, nullptr);
    });
}

cudaError_t cudaMemsetAsync(void* target, int value, std::size_t bytes, cudaStream_t stream) {
    return call("cudaMemsetAsync", [&] { return set(target, value, bytes, stream); });
}
