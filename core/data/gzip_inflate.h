// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What GzipFile needs of zlib. gzip_inflate.cpp has it; a build without zlib has gzip_inflate_missing.cpp instead.
#pragma once

#include "data/byte_stream.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

namespace kernelscope {

/// A file that is compressed with gzip, from its first byte on.
struct GzipSource {
    std::filesystem::path path; ///< For messages.
    std::uint64_t storedSize;   ///< Bytes on disk.
    /// Reads what comes next, as ByteStream::read() does.
    std::function<std::size_t(std::span<std::uint8_t>)> read;
};

/// The inflated content, one gzip member after the other. Throws Error where this build cannot inflate; so does
/// reading, when the compressed data is damaged or cut off.
std::unique_ptr<ByteStream> inflateGzip(GzipSource source);

} // namespace kernelscope
