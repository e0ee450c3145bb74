// SPDX-License-Identifier: GPL-3.0-or-later
// In place of zip_file.cpp in a build without zlib.
#include "data/read_error.h"
#include "data/zip_file.h"

#include <utility>

namespace kernelscope {

ZipFile::ZipFile(std::filesystem::path path, OpenProgress*) : m_file(std::move(path)) {
    refuseFile(m_file.path(), "a zip archive, which this build cannot read, for it was made without zlib",
        "data in another format", "Choose IDX or CIFAR files, or build Kernelscope with zlib.");
}

std::unique_ptr<ByteStream> ZipFile::open(const Entry& entry) {
    refuseFile(path() / entry.name, "a zip archive, which this build cannot read", "data in another format");
}

} // namespace kernelscope
