// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// MNIST (LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/) and the sets that took its form: four IDX files
/// with the images and labels to learn from and to test on.
#pragma once

#include "data/data_set.h"

#include <filesystem>
#include <memory>

namespace kernelscope {

/// Reads a folder with the four files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte; also spelt with a dot before idx, each with or without .gz). Where no file is called like
/// that, files are taken by their content: those of three dimensions are images, of one labels, and "t10k", "test" or
/// "val" in the name means the test set. Labels, counts and image sizes are checked against each other. There are ten
/// classes, or more where most of them have training images. Throws Error.
std::shared_ptr<const MemoryDataSet> readMnistFolder(
    const std::filesystem::path& folder, OpenProgress* progress = nullptr);

/// Whether a folder holds files for readMnistFolder(), be they complete and in order or not.
bool isMnistFolder(const std::filesystem::path& folder);

/// Whether a path's file name is one of those that readMnistFolder() looks for.
bool isMnistFileName(const std::filesystem::path& path);

} // namespace kernelscope
