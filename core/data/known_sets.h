// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Well-known data sets, known by their content whatever their files are called.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace kernelscope {

/// "MNIST", "Fashion-MNIST" or "CIFAR-10" where the numbers of images and the first labels of both splits are theirs,
/// in the order in which they were published; empty otherwise. (That two sets agree in 20 labels by chance is not
/// likely.)
std::string knownSetName(std::span<const std::uint8_t> trainLabels, std::span<const std::uint8_t> testLabels);

} // namespace kernelscope
