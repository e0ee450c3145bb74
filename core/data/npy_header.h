// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The header of NumPy's .npy format (NEP 1): a magic, a version, and a Python dictionary with the values' type, their
/// order and the array's shape. The dictionary is read by a small parser of its own; nothing is ever evaluated.
#pragma once

#include "data/byte_stream.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kernelscope {

/// What lies behind the header.
struct NpyHeader {
    enum class Kind { Bool, Unsigned, Signed, Float, Text, Bytes };

    Kind kind = Kind::Unsigned;
    std::size_t valueBytes = 1; ///< Of one value; of Text and Bytes, of one string.
    bool isBigEndian = false;
    bool isFortranOrder = false; ///< The first dimension is the fastest, not the last.
    std::vector<std::uint64_t> shape;
    std::uint64_t headerBytes = 0; ///< Before the values.

    /// Product of the shape; it was checked not to overflow.
    std::uint64_t count() const;
    /// "uint8 of 60000 x 28 x 28".
    std::string text() const;
};

/// Reads the header from a stream's start, and no more. Throws Error, above all for arrays of Python objects, which are
/// pickles and could run any program. @param path for messages.
NpyHeader readNpyHeader(ByteStream& stream, const std::filesystem::path& path);

} // namespace kernelscope
