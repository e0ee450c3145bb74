// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Folders of pictures: a sub-folder for each class.
#pragma once

#include "data/data_set.h"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace kernelscope {

/// Pictures become no larger than this in width and height.
inline constexpr int kLargestPictureFolderSide = 64;

/// Reads a folder that has a sub-folder with PNG and JPEG pictures for each class, or such folders below train/ and
/// below test/ (or val/, where there is no test/). A class's pictures may lie in folders inside its own. Classes are
/// called as their folders, in natural order. Without a test/ that has folders of classes, one in five of each class is
/// set aside, chosen by the names and a fixed seed.
///
/// All pictures are brought to the size that most have, or, where no size is that common, to a square; never to more
/// than 64 pixels a side. They stay in colour unless all of them are grey. info().note says what was done, skipped()
/// which files were left out and why. Throws Error where there are no classes, fewer than 2 or more than 256, a class
/// without any picture, or a class to test that is not learnt. @param progress counts files, each twice: once for its
/// header, once for its pixels.
std::shared_ptr<const MemoryDataSet> readPictureFolder(
    const std::filesystem::path& folder, OpenProgress* progress = nullptr);

/// Whether a folder looks like one for readPictureFolder(): a sub-folder, or one in train/ or test/, holds pictures.
/// @param fewestClasses sub-folders must hold some, unless they lie in train/ or test/.
/// @param progress may end the looking.
bool isPictureFolder(
    const std::filesystem::path& folder, std::size_t fewestClasses = 1, OpenProgress* progress = nullptr);

/// Whether a folder could be meant for readPictureFolder() though its pictures lie deeper than that: somewhere below
/// train/, or below at least two sub-folders, neither of which is a data set with a train/ of its own. Other data in
/// the folder is more likely to be meant.
bool isDeepPictureFolder(const std::filesystem::path& folder, OpenProgress* progress = nullptr);

} // namespace kernelscope
