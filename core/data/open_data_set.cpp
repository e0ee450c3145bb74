// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/cifar_reader.h"
#include "data/class_names.h"
#include "data/data_set.h"
#include "data/digits/digit_set.h"
#include "data/file_kind.h"
#include "data/gzip_file.h"
#include "data/mnist_folder.h"
#include "data/npz_reader.h"
#include "data/picture_folder.h"
#include "data/picture_folder_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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
        const bool isNamedNpz = toLower(it->path().string()).ends_with(".npz");
        // One that cannot be read is taken too, for the error that says why.
        if (kind == FileKind::Tar || (isNamedNpz && (kind == FileKind::Zip || kind == FileKind::Missing)))
            archives.push_back(it->path());
    }
    return archives.size() == 1 ? std::optional(archives.front()) : std::nullopt;
}

DataSetPtr openArchive(const fs::path& archive, OpenProgress* progress) {
    if (fileKind(archive) == FileKind::Zip)
        return readNpz(archive, progress);
    return readCifarArchive(archive, progress);
}

/// The data set that lies directly in a folder; null where nothing in it is known. Fewer folders of pictures are no
/// data set.
DataSetPtr openFolder(const fs::path& folder, std::size_t fewestClasses, OpenProgress* progress) {
    if (isCifarFolder(folder))
        return readCifarFolder(folder, progress);
    if (isMnistFolder(folder))
        return readMnistFolder(folder, progress);
    if (isPictureFolder(folder, fewestClasses, progress))
        return readPictureFolder(folder, progress);
    if (const auto archive = archiveIn(folder))
        return openArchive(*archive, progress);
    return nullptr;
}

bool holdsOtherData(const fs::path& folder) {
    return isCifarFolder(folder) || isMnistFolder(folder) || archiveIn(folder).has_value();
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

/// Throws the Error that tells why a file cannot be read, where that is so.
void requireReadable(const fs::path& path) {
    std::array<std::uint8_t, 1> begin;
    GzipFile(path).read(begin);
}

DataSetPtr openFile(const std::string& source, const fs::path& path, OpenProgress* progress) {
    if (isMnistFileName(path))
        return readMnistFolder(folderOf(path), progress);
    if (isCifarFile(path))
        return readCifarFolder(folderOf(path), progress);
    const FileKind kind = fileKind(path);
    switch (kind) {
    case FileKind::Missing:
    case FileKind::Gzip:
        requireReadable(path);
        break;
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
        break;
    }
    refuseSource(source, describe(kind), "one of MNIST's or CIFAR's files, or an .npz file",
        "Choose one of those, or the built-in digits.");
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
    if (DataSetPtr data = openFolder(path, 1, progress))
        return data;
    const std::vector<fs::path> folders = foldersIn(path);
    if (std::none_of(folders.begin(), folders.end(), holdsOtherData) && isDeepPictureFolder(path, progress))
        return readPictureFolder(path, progress);
    for (const std::size_t fewestClasses : {std::size_t{2}, std::size_t{1}})
        for (const fs::path& folder : folders)
            if (DataSetPtr data = openFolder(folder, fewestClasses, progress))
                return data;
    for (const fs::path& folder : folders)
        if (isDeepPictureFolder(folder, progress))
            return readPictureFolder(folder, progress);
    if (holdsPictures(path, PictureDepth::Here))
        refuseSource(source, "pictures without folders for their classes",
            "a sub-folder with its pictures for each class", "Sort the pictures into folders, one for each class.");
    refuseSource(source, "a folder with none of the data that was looked for", kWhatFoldersHold,
        "Choose the folder that holds the files themselves, or use the built-in digits.");
}

} // namespace kernelscope
