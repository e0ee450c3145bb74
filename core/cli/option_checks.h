// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the values of options must be. CLI11 puts the option's name before what a check says.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

namespace kernelscope {

/// What --data takes.
inline constexpr const char* kDataHelp = "\"digits\" or \"digits-color\" (built in), MNIST's files or folder, CIFAR's "
                                         ".bin files, folder or .tar.gz, an .npz "
                                         "file, or a folder with a sub-folder of PNG or JPEG pictures for each class";

/// A whole number from least to most.
CLI::Validator wholeNumber(std::uint64_t least, std::uint64_t most);
/// A finite number above 0.
CLI::Validator positive();
/// 0 or more, below 1.
CLI::Validator belowOne();
/// From least to most. @param above not least itself.
CLI::Validator numberBetween(double least, double most, bool above = false);
/// A path that is not empty.
CLI::Validator fileName();

} // namespace kernelscope
