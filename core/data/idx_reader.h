// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of the IDX format (Y. LeCun, http://yann.lecun.com/exdb/mnist/): two zero bytes, a type byte (8 = unsigned
/// byte), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
#pragma once

#include "data/open_progress.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace kernelscope {

/// The content of one IDX file of unsigned bytes.
struct IdxFile {
    std::vector<std::uint32_t> dimensions;
    std::vector<std::uint8_t> values; ///< As many as the product of the dimensions, the last dimension fastest.
};

/// Reads a file, compressed with gzip or not, that must have this many dimensions, none of them 0. Memory is
/// allocated only after the sizes in the header were compared with the size of the file, and never much beyond what
/// the file really holds. Throws Error naming the file, what was found, what was expected and what to do.
IdxFile readIdxFile(const std::filesystem::path& path, int dimensionCount, OpenProgress* progress = nullptr);

} // namespace kernelscope
