// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a folder of pictures is laid out: where the classes' folders are that are trained and tested on.
#pragma once

#include "data/open_progress.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace kernelscope {

/// The folders whose sub-folders are classes.
struct PictureFolderLayout {
    std::filesystem::path train; ///< The folder itself where it has no train/.
    std::filesystem::path test;  ///< Empty where test pictures are to be set aside.

    /// test/ and val/ where they are not used, and why.
    struct Unused {
        std::filesystem::path folder;
        std::string reason;
    };
    std::vector<Unused> unused;

    /// What was found where the folders are no classes; else empty.
    std::string refusal;
    bool isDeep = false; ///< All pictures lie in folders inside the classes' folders.

    bool hasTrainFolder(const std::filesystem::path& folder) const { return train != folder; }
};

/// Finds train/, test/ and val/, by the names that are in use for them: "training_set" beside "test_set" as well, and
/// with a folder of the same name around them. A folder called "train" that holds pictures itself, beside other folders
/// of pictures, is a class. A test/ none of whose folders is a class of train/ has no classes to test on.
/// @param progress may end the looking.
PictureFolderLayout pictureFolderLayout(const std::filesystem::path& folder, OpenProgress* progress = nullptr);

/// Where pictures are looked for: in the folder itself, or anywhere below it.
enum class PictureDepth { Here, Below };

/// Whether a folder holds a PNG or JPEG picture. All files that are called like pictures are looked at, of others only
/// the first hundred that are met; Below, the first 100,000 files and folders. Links to folders are not followed.
bool holdsPictures(const std::filesystem::path& folder, PictureDepth depth, OpenProgress* progress = nullptr);

/// Sub-folders that hold pictures, hidden ones aside; no more than `most` are looked for.
std::vector<std::filesystem::path> classFolders(
    const std::filesystem::path& folder, PictureDepth depth, std::size_t most, OpenProgress* progress = nullptr);

/// Entries of a folder in natural order ("2" before "10"); nothing where it cannot be read.
std::vector<std::filesystem::path> folderEntries(const std::filesystem::path& folder);

/// Whether a path is a folder; false where that cannot be found out.
bool isFolder(const std::filesystem::path& path);

/// Folders that programs leave behind: they hold no class.
bool isHiddenFolder(const std::filesystem::path& path);

} // namespace kernelscope
