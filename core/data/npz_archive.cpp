// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_archive.h"

#include "data/class_names.h"

#include <string_view>
#include <utility>

namespace kernelscope {

namespace {

constexpr std::string_view kSuffix = ".npy";

/// What an array is called: its file's name without the suffix, in small letters.
std::string arrayName(const ZipFile::Entry& entry) {
    std::string name = toLower(std::string_view(entry.name).substr(0, entry.name.size() - kSuffix.size()));
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

} // namespace

NpzArchive::NpzArchive(std::filesystem::path path, OpenProgress* progress)
    : m_path(std::move(path)),
      m_zip(m_path, progress) {
    for (const ZipFile::Entry& entry : m_zip.entries())
        if (entry.name.ends_with(kSuffix))
            m_arrays.push_back(&entry);
}

std::string NpzArchive::names() const {
    constexpr std::size_t kMost = 12;
    std::string all;
    for (std::size_t i = 0; i < std::min(kMost, m_arrays.size()); ++i)
        all += (i == 0 ? "" : ", ") + arrayName(*m_arrays[i]).substr(0, 60);
    return all + (m_arrays.size() > kMost ? ", ..." : "");
}

std::optional<NpzArray> NpzArchive::find(std::initializer_list<const char*> names) {
    for (const char* name : names)
        for (const ZipFile::Entry* entry : m_arrays)
            if (arrayName(*entry) == name)
                return headerOf(*entry);
    return std::nullopt;
}

NpzArray NpzArchive::headerOf(const ZipFile::Entry& entry) {
    NpzArray array{m_path / entry.name, &entry, {}};
    const auto stream = m_zip.open(entry);
    array.header = readNpyHeader(*stream, array.path);
    const std::uint64_t bytes = array.header.headerBytes + array.header.count() * array.header.valueBytes;
    if (bytes != entry.size)
        refuseFile(array.path, "a header for " + array.header.text() + ", " + bytesText(bytes),
            bytesText(entry.size) + ", the size of the array's file");
    return array;
}

} // namespace kernelscope
