// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Well-known data sets, known by their content whatever their files are called.
#pragma once

#include "network/shape.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kernelscope {

/// "MNIST", "Fashion-MNIST" or "CIFAR-10" where the numbers of images and the first labels of both splits are theirs,
/// in the order in which they were published; empty otherwise. (That two sets agree in 20 labels by chance is not
/// likely.)
std::string knownSetName(std::span<const std::uint8_t> trainLabels, std::span<const std::uint8_t> testLabels);

/// The same where it is a file's name that speaks of Fashion-MNIST or CIFAR-10 ("fashion-shuffled", "cifar10"), and the
/// size and number of the images are theirs: a set of that name alone may be anything.
std::string knownSetByName(std::string_view name, const Shape& shape, std::size_t trainCount, std::size_t testCount);

} // namespace kernelscope
