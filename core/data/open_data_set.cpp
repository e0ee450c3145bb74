// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/cifar_reader.h"
#include "data/class_names.h"
#include "data/data_set.h"
#include "data/digits/digit_set.h"
#include "data/file_kind.h"
#include "data/mnist_folder.h"
#include "data/npz_reader.h"
#include "data/picture_folder.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

constexpr const char* kWhatFoldersHold =
    "the four files of MNIST or a set in its form, the .bin files of CIFAR-10 or CIFAR-100, an .npz file, or a folder "
    "of PNG or JPEG pictures for each class";

[[noreturn]] void refuseSource(const std::string& source, std::string found, std::string expected, std::string advice) {
    throw Error({"Cannot open the data set", source, std::move(found), std::move(expected), std::move(advice)});
}

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// The folder's only file that is a whole data set by itself, as downloads lie in a folder of their own.
std::optional<fs::path> archiveIn(const fs::path& folder) {
    std::vector<fs::path> archives;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const FileKind kind = fileKind(it->path());
        if (kind == FileKind::Tar || (kind == FileKind::Zip && toLower(it->path().string()).ends_with(".npz")))
            archives.push_back(it->path());
    }
    return archives.size() == 1 ? std::optional(archives.front()) : std::nullopt;
}

DataSetPtr openArchive(const fs::path& archive, OpenProgress* progress) {
    if (fileKind(archive) == FileKind::Zip)
        return readNpz(archive, progress);
    return readCifarArchive(archive, progress);
}

/// The data set that lies directly in a folder; null where nothing in it is known.
DataSetPtr openFolder(const fs::path& folder, OpenProgress* progress) {
    if (isCifarFolder(folder))
        return readCifarFolder(folder, progress);
    if (isMnistFolder(folder))
        return readMnistFolder(folder, progress);
    if (isPictureFolder(folder))
        return readPictureFolder(folder, progress);
    if (const auto archive = archiveIn(folder))
        return openArchive(*archive, progress);
    return nullptr;
}

/// Folders inside a folder; archives of data sets unpack into one.
std::vector<fs::path> foldersIn(const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->is_directory(ignored))
            folders.push_back(it->path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

DataSetPtr openFile(const std::string& source, const fs::path& path, OpenProgress* progress) {
    if (isMnistFileName(path))
        return readMnistFolder(folderOf(path), progress);
    if (isCifarFile(path))
        return readCifarFolder(folderOf(path), progress);
    const FileKind kind = fileKind(path);
    switch (kind) {
    case FileKind::IdxImages:
    case FileKind::IdxLabels:
        return readMnistFolder(folderOf(path), progress);
    case FileKind::Tar:
    case FileKind::Zip:
        return openArchive(path, progress);
    case FileKind::Npy:
        refuseSource(source, "a single NumPy array", "images and labels together, as an .npz file",
            "Save both with numpy.savez(\"data.npz\", images=..., labels=...).");
    case FileKind::Png:
    case FileKind::Jpeg:
        refuseSource(source, "a single picture", "a folder with a sub-folder of pictures for each class",
            "Choose the folder that holds the classes' folders.");
    case FileKind::Pickle:
        refuseSource(source, "a Python pickle, which could run any program", "data that is only data",
            "For CIFAR choose the binary version; save your own arrays with numpy.savez.");
    default:
        refuseSource(source, describe(kind), "one of MNIST's or CIFAR's files, or an .npz file",
            "Choose one of those, or the built-in digits.");
    }
}

} // namespace

DataSetPtr openDataSet(const std::string& source, OpenProgress* progress) {
    if (source == kDigitsSource)
        return builtInDigits();
    if (source == kColorDigitsSource)
        return builtInColorDigits();
    const fs::path path(source);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
        refuseSource(source, "nothing at this path", "\"digits\" for the built-in digits, or the path of a data set",
            "Check the path, or use the built-in digits.");
    if (!fs::is_directory(status))
        return openFile(source, path, progress);
    if (DataSetPtr data = openFolder(path, progress))
        return data;
    for (const fs::path& folder : foldersIn(path))
        if (DataSetPtr data = openFolder(folder, progress))
            return data;
    if (holdsPictures(path))
        refuseSource(source, "pictures without folders for their classes",
            "a sub-folder with its pictures for each class", "Sort the pictures into folders, one for each class.");
    refuseSource(source, "a folder with none of the data that was looked for", kWhatFoldersHold,
        "Choose the folder that holds the files themselves, or use the built-in digits.");
}

} // namespace kernelscope
