// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder_layout.h"

#include "data/class_names.h"
#include "data/file_kind.h"

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

bool isPictureName(const fs::path& path) {
    const std::string suffix = toLower(path.extension().string());
    return suffix == ".png" || suffix == ".jpg" || suffix == ".jpeg";
}

bool isPicture(const fs::path& path) {
    const FileKind kind = storedFileKind(path);
    return kind == FileKind::Png || kind == FileKind::Jpeg;
}

bool hasVisibleFolder(const fs::path& folder) {
    const std::vector<fs::path> entries = folderEntries(folder);
    return std::any_of(entries.begin(), entries.end(),
        [](const fs::path& entry) { return isFolder(entry) && !isHiddenFolder(entry); });
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

bool holdsPictures(const fs::path& folder, PictureDepth depth, OpenProgress* progress) {
    constexpr int kMostOthers = 100;
    constexpr int kMostEntries = 100'000;
    int others = 0;
    int entries = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error)) {
        if (progress)
            progress->advance(0);
        if (depth == PictureDepth::Here)
            it.disable_recursion_pending();
        else if (++entries > kMostEntries)
            return false;
        std::error_code ignored;
        if (it->is_directory(ignored))
            continue;
        const bool isLikely = isPictureName(it->path());
        if ((isLikely || others++ < kMostOthers) && isPicture(it->path()))
            return true;
    }
    return false;
}

std::vector<fs::path> classFolders(
    const fs::path& folder, PictureDepth depth, std::size_t most, OpenProgress* progress) {
    std::vector<fs::path> found;
    for (const fs::path& entry : folderEntries(folder)) {
        if (found.size() == most)
            break;
        if (isFolder(entry) && !isHiddenFolder(entry) && holdsPictures(entry, depth, progress))
            found.push_back(entry);
    }
    return found;
}

PictureFolderLayout pictureFolderLayout(const fs::path& folder, OpenProgress* progress) {
    fs::path train;
    fs::path test;
    fs::path validation;
    std::vector<fs::path> others;
    for (const fs::path& entry : folderEntries(folder)) {
        if (!isFolder(entry) || isHiddenFolder(entry))
            continue;
        const std::string name = entry.filename().string();
        if (isTrainName(name))
            train = entry;
        else if (isTestFolderName(name))
            test = entry;
        else if (isValidationName(name))
            validation = entry;
        else
            others.push_back(entry);
    }
    const auto isAmongOthers = [&] {
        return std::any_of(others.begin(), others.end(),
            [&](const fs::path& other) { return holdsPictures(other, PictureDepth::Below, progress); });
    };
    const bool hasParts = !test.empty() || !validation.empty();
    const auto isTrainAClass = [&] {
        const bool hasClasses = !classFolders(train, PictureDepth::Below, 1, progress).empty();
        const bool isPart = hasClasses && (hasParts || !holdsPictures(train, PictureDepth::Here, progress));
        return !isPart && isAmongOthers();
    };
    if (train.empty() || isTrainAClass())
        return {folder, {}, {}};

    PictureFolderLayout layout{train, {}, {}};
    for (const fs::path& part : {test, validation}) {
        if (part.empty())
            continue;
        if (!layout.test.empty())
            layout.unused.push_back({part, "test pictures are taken from " + layout.test.filename().string() + "/"});
        else if (hasVisibleFolder(part))
            layout.test = part;
        else
            layout.unused.push_back({part, "without folders, so that its pictures have no classes"});
    }
    return layout;
}

} // namespace kernelscope
