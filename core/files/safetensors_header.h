// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The header of a safetensors file (github.com/huggingface/safetensors): a little-endian u64 length of at most 100 MB,
/// then that much JSON: {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3],
/// "data_offsets": [begin, end]}}. Offsets count from the header's end and cover the rest of the file exactly. Internal
/// to core/files.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

namespace kernelscope {

/// One tensor as the header describes it.
struct TensorEntry {
    std::string name;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; ///< Bytes from the header's end.
    std::uint64_t end = 0;
};

/// What stands before the values.
struct SafetensorsHeader {
    std::map<std::string, std::string> metadata;
    std::vector<TensorEntry> tensors; ///< All float32, in the order of their bytes.
    std::uint64_t dataBegin = 0;      ///< Of the file.
};

/// Length and JSON, padded with spaces so that the values begin at a multiple of 8.
std::string headerText(const SafetensorsHeader& header);

/// As headerText(). Throws Error where readHeader() would refuse it, for its texts take more room than a reader grants
/// them. @param saving as in ErrorParts.
std::string readableHeaderText(const SafetensorsHeader& header, const std::string& source, const std::string& saving);

/// Reads a header and checks all of it against the file's size before anything of that size is allocated: lengths,
/// types, shapes against bytes, no holes, no overlaps, no bytes left over. Throws Error naming source and tensor.
/// @param doing as in ErrorParts.
SafetensorsHeader readHeader(std::istream& file, std::uint64_t fileSize, const std::string& source,
    const std::string& doing = "Cannot read the weights");

} // namespace kernelscope
