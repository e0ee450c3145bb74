// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Bytes that come one after the other: a file, what was compressed in it, an entry of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {

/// Where a parser reads from.
class ByteStream {
public:
    virtual ~ByteStream() = default;

    /// Fills `bytes` as far as the stream reaches and returns how many were filled; fewer than asked for only at the
    /// end. Throws Error when the source cannot be read or is damaged.
    virtual std::size_t read(std::span<std::uint8_t> bytes) = 0;
};

/// Reads up to `claimed` bytes, fewer only where the stream ends. What a header claims is not believed: at first at
/// most `trusted` bytes are allocated, then never more than twice what really came.
std::vector<std::uint8_t> readClaimed(ByteStream& stream, std::uint64_t claimed, std::uint64_t trusted);

} // namespace kernelscope
