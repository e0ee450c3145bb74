// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Data sets as NumPy archives (.npz), as Keras and others publish them.
#pragma once

#include "data/data_set.h"

#include <filesystem>
#include <memory>

namespace kernelscope {

/// Reads an archive with the arrays x_train, y_train, x_test and y_test, or train_images, train_labels, test_images and
/// test_labels, or the like; without arrays for testing (images and labels, x and y), one image in five of each class
/// is set aside by a fixed seed.
///
/// Images are N x H x W, N x H x W x C or N x C x H x W with one or three channels, or N rows of a square image's grey
/// values; of integers from 0 to 255, or of numbers from 0 to 1, -1 to 1, or 0 to 255. Labels are N (or N x 1) whole
/// numbers from 0 on, or N x classes with a single 1 in each row. An array class_names, classes or label_names of texts
/// names the classes. Shapes, types and sizes are checked, all arrays' together, before any values are read. Throws
/// Error; arrays of Python objects are refused, as they could run any program.
std::shared_ptr<const MemoryDataSet> readNpz(const std::filesystem::path& path, OpenProgress* progress = nullptr);

} // namespace kernelscope
