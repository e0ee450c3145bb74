// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder_report.h"

#include "data/class_names.h"
#include "data/test_split.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

std::string LeftOutFiles::nameBelow(const fs::path& path) const {
    return path.lexically_relative(m_folder).generic_string();
}

void LeftOutFiles::add(const fs::path& path, std::string reason) {
    m_files.push_back({nameBelow(path), std::move(reason)});
}

void LeftOutFiles::add(const fs::path& path, const Error& error) {
    const ErrorParts& parts = error.parts();
    add(path, parts.expected.empty() ? parts.found : parts.found + "; expected " + parts.expected);
}

std::string LeftOutFiles::firstBelow(const fs::path& folder) const {
    const std::string below = folder == m_folder ? std::string() : nameBelow(folder) + "/";
    for (const SkippedFile& file : m_files)
        if (file.file.starts_with(below))
            return " ('" + file.file + "': " + file.reason + ")";
    return {};
}

std::vector<SkippedFile> LeftOutFiles::sorted() const {
    std::vector<SkippedFile> files = m_files;
    std::sort(files.begin(), files.end(),
        [](const SkippedFile& a, const SkippedFile& b) { return naturallyBefore(a.file, b.file); });
    return files;
}

std::string pictureFolderNote(const PictureChanges& changes, const PictureFolderLayout& layout) {
    std::vector<std::string> parts;
    if (changes.scaled > 0)
        parts.push_back((changes.scaled >= changes.pictures ? "all pictures"
                                                            : std::to_string(changes.scaled) + " of " +
                                                                  std::to_string(changes.pictures) + " pictures") +
                        " scaled to " + std::to_string(changes.width) + " x " + std::to_string(changes.height));
    if (changes.transparent > 0)
        parts.push_back(std::to_string(changes.transparent) + " with transparent parts laid on white");
    if (layout.isDeep)
        parts.push_back("pictures of deeper folders taken as the class of the folder on top");
    if (layout.test.empty())
        parts.push_back(
            "one in " + std::to_string(kOneTestImageIn) + " set aside for testing" +
            (layout.unused.empty() ? ""
                                   : ", as " + layout.unused.front().folder.filename().string() + "/ has no classes"));
    if (changes.leftOut > 0)
        parts.push_back(std::to_string(changes.leftOut) + (changes.leftOut == 1 ? " file" : " files") + " left out");
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "; ") + part;
    return text;
}

} // namespace kernelscope
