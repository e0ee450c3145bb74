// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder_layout.h"

#include "data/class_names.h"

#include <algorithm>
#include <string>
#include <system_error>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

bool isTrainName(const std::string& name) {
    const std::string lower = toLower(name);
    return lower == "train" || lower == "training" || lower == "trainset";
}

bool isTestFolderName(const std::string& name) {
    const std::string lower = toLower(name);
    return lower == "test" || lower == "testing" || lower == "testset";
}

bool isValidationName(const std::string& name) {
    const std::string lower = toLower(name);
    return lower == "val" || lower == "valid" || lower == "validation";
}

} // namespace

std::vector<fs::path> folderEntries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(it->path());
    std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
        return naturallyBefore(a.filename().string(), b.filename().string());
    });
    return entries;
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool isHiddenFolder(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with('.') || name == "__MACOSX";
}

PictureFolderLayout pictureFolderLayout(const fs::path& folder) {
    PictureFolderLayout layout;
    fs::path validation;
    for (const fs::path& entry : folderEntries(folder)) {
        if (!isFolder(entry))
            continue;
        const std::string name = entry.filename().string();
        if (isTrainName(name))
            layout.train = entry;
        else if (isTestFolderName(name))
            layout.test = entry;
        else if (isValidationName(name))
            validation = entry;
    }
    if (layout.train.empty())
        return {folder, {}, {}};
    if (layout.test.empty())
        layout.test = validation;
    else
        layout.aside = validation;
    return layout;
}

} // namespace kernelscope
