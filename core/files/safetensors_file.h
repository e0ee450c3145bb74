// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// An open safetensors file, whatever is in it. Internal to core/files.
#pragma once

#include "files/safetensors_header.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// "format" in the metadata of a run's checkpoint.
inline constexpr const char* checkpointFormat = "kernelscope-checkpoint";
/// In the metadata of weights: their network.
inline constexpr const char* networkKey = "network";

/// A safetensors file with its header read and checked against the file's size.
class SafetensorsFile {
public:
    /// Throws Error. @param doing as in ErrorParts: "Cannot read the weights".
    SafetensorsFile(const std::filesystem::path& path, std::string doing);

    const SafetensorsHeader& header() const { return m_header; }
    const std::string& source() const { return m_source; }
    const std::string& doing() const { return m_doing; }

    /// Null where there is no such tensor.
    const TensorEntry* find(const std::string& name) const;

    /// Throws Error unless there is such a tensor of that shape. @param advice what to do otherwise.
    void requireShape(const std::string& name, const std::vector<std::int64_t>& shape, const std::string& advice) const;

    /// Reads a tensor's values from one of them on; there are as many as its shape says.
    void read(const std::string& name, std::span<float> values, std::size_t first = 0);

private:
    std::string m_doing;
    std::string m_source;
    std::ifstream m_file;
    SafetensorsHeader m_header;
};

/// "shape 3x3".
std::string shapeText(const std::vector<std::int64_t>& shape);

} // namespace kernelscope
