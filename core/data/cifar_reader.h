// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// CIFAR-10 and CIFAR-100 in their binary version (Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html): records of
/// one label byte (CIFAR-100: a coarse and a fine one) and 3 x 32 x 32 pixels, the planes of red, green and blue.
#pragma once

#include "data/data_set.h"

#include <filesystem>
#include <memory>

namespace kernelscope {

/// Which of CIFAR-100's two labels counts: one of 100 kinds, or one of the 20 groups that they belong to.
enum class Cifar100Labels { Fine, Coarse };

/// Reads a folder of .bin files (each may be compressed with gzip). Files called data_batch_1.bin ... and
/// test_batch.bin are CIFAR-10, train.bin and test.bin CIFAR-100; with other names the sizes tell which it is, and
/// "test" or "val" in a name means the test set. Class names come from batches.meta.txt, fine_label_names.txt or
/// coarse_label_names.txt where they are there. Sizes and labels are checked. Throws Error.
std::shared_ptr<const MemoryDataSet> readCifarFolder(const std::filesystem::path& folder,
    OpenProgress* progress = nullptr, Cifar100Labels labels = Cifar100Labels::Fine);

/// The same from the archive as it is published (.tar.gz), or a plain .tar; nothing is unpacked to disk.
std::shared_ptr<const MemoryDataSet> readCifarArchive(const std::filesystem::path& archive,
    OpenProgress* progress = nullptr, Cifar100Labels labels = Cifar100Labels::Fine);

/// Whether a folder holds files for readCifarFolder(), be they complete and in order or not.
bool isCifarFolder(const std::filesystem::path& folder);

/// Whether a file has one of the names of CIFAR's binary version, or is called .bin and could be made of its records.
bool isCifarFile(const std::filesystem::path& path);

} // namespace kernelscope
