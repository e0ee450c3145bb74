// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of the IDX format (Y. LeCun, http://yann.lecun.com/exdb/mnist/): two zero bytes, a type byte (8 = unsigned
/// byte), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
#pragma once

#include "data/data_set.h"

#include <cstdint>
#include <filesystem>
#include <memory>
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
IdxFile readIdxFile(const std::filesystem::path& path, int dimensionCount);

/// Reads a folder with the four files of MNIST or of a set in its form (train-images-idx3-ubyte,
/// train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; also spelt with a dot before idx, each
/// with or without .gz). Ten classes; labels, counts and image sizes are checked against each other. Throws Error.
std::shared_ptr<const MemoryDataSet> readMnistFolder(const std::filesystem::path& folder);

/// Whether a path's file name is one of those that readMnistFolder() looks for.
bool isMnistFileName(const std::filesystem::path& path);

} // namespace kernelscope
