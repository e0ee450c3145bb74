// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The pictures in a folder of classes, before any of them is decoded.
#pragma once

#include "data/open_progress.h"
#include "data/picture.h"
#include "data/picture_folder_layout.h"
#include "data/picture_folder_report.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kernelscope {

/// A picture that was found, with what its header says.
struct FoundPicture {
    std::filesystem::path path;
    std::uint8_t label = 0;
    bool test = false;
    PictureHeader header;
};

/// What lies in a folder of classes.
struct PictureFolderScan {
    std::vector<std::string> classes;   ///< In natural order, as they are numbered; perhaps without any picture.
    std::vector<FoundPicture> pictures; ///< Those whose headers could be read.
};

/// Finds all files below the classes' folders, however deep, and reads their headers; what is no picture goes to
/// `leftOut`. Throws Error where there are no classes, fewer than 2 or more than 256, or a class to test on that is not
/// learnt. @param progress counts each file twice, of which this is the first time.
PictureFolderScan scanPictureFolder(const std::filesystem::path& folder, const PictureFolderLayout& layout,
    LeftOutFiles& leftOut, OpenProgress* progress);

} // namespace kernelscope
