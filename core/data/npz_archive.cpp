// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_archive.h"

#include "data/class_names.h"

namespace kernelscope {

NpzArchive::NpzArchive(std::filesystem::path path, OpenProgress* progress)
    : m_path(std::move(path)),
      m_zip(m_path, progress) {
    for (const ZipFile::Entry& entry : m_zip.entries()) {
        if (!entry.name.ends_with(".npy"))
            continue;
        std::string name = toLower(entry.name.substr(0, entry.name.size() - 4));
        std::replace(name.begin(), name.end(), '-', '_');
        m_names.emplace_back(std::move(name), &entry);
    }
}

std::string NpzArchive::names() const {
    constexpr std::size_t kMost = 12;
    std::string all;
    for (std::size_t i = 0; i < std::min(kMost, m_names.size()); ++i)
        all += (i == 0 ? "" : ", ") + m_names[i].first.substr(0, 60);
    return all + (m_names.size() > kMost ? ", ..." : "");
}

std::optional<NpzArray> NpzArchive::find(std::initializer_list<const char*> names) {
    for (const char* name : names)
        for (const auto& [known, entry] : m_names)
            if (known == name)
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
