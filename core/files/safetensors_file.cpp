// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/safetensors_file.h"

#include "base/error.h"

#include <algorithm>
#include <bit>
#include <system_error>
#include <utility>

namespace kernelscope {

// Values go to the file and back as they lie in memory; the format is little-endian.
static_assert(std::endian::native == std::endian::little);

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "shape ";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text.append(i == 0 ? "" : "x").append(std::to_string(shape[i]));
    return shape.empty() ? text + "()" : text;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path, std::string doing)
    : m_doing(std::move(doing)),
      m_source(path.string()) {
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed))
        throw Error({m_doing, m_source, "a folder", "a file", "Choose the file in it."});
    if (std::filesystem::is_other(path, failed))
        throw Error({m_doing, m_source, std::filesystem::is_fifo(path, failed) ? "a pipe" : "a device", "a file",
            "Save what comes from there as a file first."});
    const std::uint64_t size = std::filesystem::file_size(path, failed);
    if (!failed)
        m_file.open(path, std::ios::binary);
    if (failed || !m_file)
        throw Error({m_doing, m_source, failed ? failed.message() : "a file that cannot be opened", "",
            "Check the path and the permissions."});
    m_header = readHeader(m_file, size, m_source, m_doing);
}

const TensorEntry* SafetensorsFile::find(const std::string& name) const {
    const auto found = std::find_if(m_header.tensors.begin(), m_header.tensors.end(),
        [&](const TensorEntry& tensor) { return tensor.name == name; });
    return found == m_header.tensors.end() ? nullptr : &*found;
}

void SafetensorsFile::requireShape(
    const std::string& name, const std::vector<std::int64_t>& shape, const std::string& advice) const {
    const TensorEntry* tensor = find(name);
    if (!tensor)
        throw Error({m_doing, m_source, "no tensor \"" + name + "\"", "one of " + shapeText(shape), advice});
    if (tensor->shape != shape)
        throw Error({m_doing, m_source, shapeText(tensor->shape) + " for the tensor \"" + name + "\"",
            shapeText(shape) + ", as the network needs", advice});
}

void SafetensorsFile::read(const std::string& name, std::span<float> values, std::size_t first) {
    m_file.seekg(static_cast<std::streamoff>(m_header.dataBegin + find(name)->begin + first * sizeof(float)));
    if (!m_file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size_bytes())))
        throw Error({m_doing, m_source, "values that cannot be read in \"" + name + "\"", "",
            "Try again, or copy the file elsewhere."});
}

} // namespace kernelscope
