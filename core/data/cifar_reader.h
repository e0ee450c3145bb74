// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html): records of
/// one label byte (CIFAR-100: a coarse and a fine one) and 3 x 32 x 32 pixels, the planes of red, green and blue.
#pragma once

#include "data/data_set.h"

#include <filesystem>
#include <memory>

namespace kernelscope {

/// Reads a folder of .bin files (each may be compressed with gzip). Files called data_batch_1.bin ... and
/// test_batch.bin are CIFAR-10, train.bin and test.bin CIFAR-100; with other names the sizes tell which it is, and
/// "test" or "val" in a name means the test set. Of CIFAR-100's two labels the fine one counts. Class names come from
/// batches.meta.txt or fine_label_names.txt where they are there. Sizes and labels are checked before room for the
/// images is taken. Throws Error. @param progress counts each byte twice: once to check it, once to keep it.
std::shared_ptr<const MemoryDataSet> readCifarFolder(
    const std::filesystem::path& folder, OpenProgress* progress = nullptr);

/// The same from the archive as it is published (.tar.gz), or a plain .tar; nothing is unpacked to disk.
std::shared_ptr<const MemoryDataSet> readCifarArchive(
    const std::filesystem::path& archive, OpenProgress* progress = nullptr);

/// Whether a folder holds files for readCifarFolder(), be they complete and in order or not.
bool isCifarFolder(const std::filesystem::path& folder);

/// Whether a file has one of the names of CIFAR's binary version, or is called .bin and could be made of its records.
bool isCifarFile(const std::filesystem::path& path);

} // namespace kernelscope
