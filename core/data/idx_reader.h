// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reader of the IDX format (Y. LeCun, http://yann.lecun.com/exdb/mnist/): two zero bytes, a type byte (8 = unsigned
/// byte), the number of dimensions, each dimension as a big-endian 32-bit number, then the values.
#pragma once

#include "data/open_progress.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace kernelscope {

/// A file of unsigned bytes, compressed with gzip or not, whose header was read and found to go with the file's size.
/// The values stay on disk until they are asked for. Throws Error naming the file, what was found, what was expected
/// and what to do.
class IdxReader {
public:
    /// The file must have this many dimensions, none of them 0.
    IdxReader(std::filesystem::path path, int dimensionCount);

    const std::filesystem::path& path() const { return m_path; }
    const std::vector<std::uint32_t>& dimensions() const { return m_dimensions; }
    /// Values that the header claims: the product of the dimensions, no more than the file can hold.
    std::uint64_t count() const { return m_count; }
    /// Bytes on disk.
    std::uint64_t storedSize() const { return m_storedSize; }
    bool isCompressed() const { return m_isCompressed; }

    /// Goes over all values, a small piece at a time, and makes sure that they are whole: neither fewer nor more than
    /// claimed, and with the right checksum.
    void visit(const std::function<void(std::span<const std::uint8_t>)>& visit, OpenProgress* progress = nullptr) const;

    /// All values, the last dimension fastest. Room for count() is taken at once: of a compressed file that claims much
    /// more than it has bytes, visit() tells whether it keeps its word.
    std::vector<std::uint8_t> read(OpenProgress* progress = nullptr) const;

private:
    std::uint64_t headerSize() const { return 4 + 4 * static_cast<std::uint64_t>(m_dimensions.size()); }

    std::filesystem::path m_path;
    std::vector<std::uint32_t> m_dimensions;
    std::uint64_t m_count = 0;
    std::uint64_t m_storedSize = 0;
    bool m_isCompressed = false;
};

} // namespace kernelscope
