// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What is told of a folder of pictures: the files that were left out, and what was done to the others.
#pragma once

#include "base/error.h"
#include "data/data_set.h"
#include "data/picture_folder_layout.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace kernelscope {

/// Files and folders that could not be used, with their paths below the data set's folder.
class LeftOutFiles {
public:
    explicit LeftOutFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    std::string nameBelow(const std::filesystem::path& path) const;

    void add(const std::filesystem::path& path, std::string reason);
    /// With what was found and expected as the reason.
    void add(const std::filesystem::path& path, const Error& error);

    std::size_t count() const { return m_files.size(); }
    /// " ('a/b.gif': no PNG ...)", to show what is wrong with a folder: the first file below it. Empty where there is
    /// none. @param folder the data set's folder, or one in it.
    std::string firstBelow(const std::filesystem::path& folder) const;
    /// All of them, in natural order.
    std::vector<SkippedFile> sorted() const;

private:
    std::filesystem::path m_folder;
    std::vector<SkippedFile> m_files;
};

/// What was done to the pictures.
struct PictureChanges {
    std::size_t pictures = 0;
    std::size_t scaled = 0; ///< To width x height.
    int width = 0;
    int height = 0;
    std::size_t transparent = 0; ///< Laid on white.
    std::size_t leftOut = 0;     ///< Files.
};

/// A note on it for people; empty where nothing was done.
std::string pictureFolderNote(const PictureChanges& changes, const PictureFolderLayout& layout);

} // namespace kernelscope
