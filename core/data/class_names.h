// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the classes of well-known data sets are called, and other small matters of names.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kernelscope {

/// The ASCII letters small, everything else as it is.
std::string toLower(std::string_view text);

/// The last part of a path, also of one that ends with a slash.
std::string lastName(const std::filesystem::path& path);

/// "0", "1", ...
std::vector<std::string> numberedClasses(int count);

/// The ten kinds of clothes of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), in the order of their labels.
std::vector<std::string> fashionClasses();

/// The ten classes of CIFAR-10 (Krizhevsky, 2009), in the order of their labels.
std::vector<std::string> cifar10Classes();

/// The names for labels 0 .. count - 1 of a set: those of Fashion-MNIST and CIFAR-10, numbers for all others.
/// @param setName as knownSetName() gives it, or empty.
std::vector<std::string> classNamesFor(std::string_view setName, int count);

/// Whether a comes before b for people: "class 2" before "class 10". Total: equal only for equal texts.
bool naturallyBefore(std::string_view a, std::string_view b);

} // namespace kernelscope
