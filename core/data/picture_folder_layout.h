// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a folder of pictures is laid out: where the classes' folders are that are trained and tested on.
#pragma once

#include <filesystem>
#include <vector>

namespace kernelscope {

/// The folders whose sub-folders are classes.
struct PictureFolderLayout {
    std::filesystem::path train; ///< The folder itself where it has no train/.
    std::filesystem::path test;  ///< Empty where test pictures are to be set aside.
    std::filesystem::path aside; ///< val/ beside test/, which is not used.
};

/// Finds train/, test/ and val/, by the names that are in use for them.
PictureFolderLayout pictureFolderLayout(const std::filesystem::path& folder);

/// Entries of a folder in natural order ("2" before "10"); nothing where it cannot be read.
std::vector<std::filesystem::path> folderEntries(const std::filesystem::path& folder);

/// Whether a path is a folder; false where that cannot be found out.
bool isFolder(const std::filesystem::path& path);

/// Folders that programs leave behind: they hold no class.
bool isHiddenFolder(const std::filesystem::path& path);

} // namespace kernelscope
