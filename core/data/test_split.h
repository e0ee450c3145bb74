// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which images of a data set are set aside for testing, where it does not say so itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kernelscope {

/// The part of each class that is set aside: one image in five.
inline constexpr std::size_t kOneTestImageIn = 5;

/// The seed that readers split with.
inline constexpr std::uint64_t kSplitSeed = 1;

/// Says of each image whether it is for testing: in each class one in five, rounded, and at least one where there are
/// two. The choice depends on the seed and on the images' own keys (their names, or numbers), not on their order.
std::vector<bool> chooseTestImages(
    std::span<const std::uint8_t> labels, std::span<const std::uint64_t> keys, std::uint64_t seed = kSplitSeed);

/// A key from a name (FNV-1a, 64 bits).
std::uint64_t keyOf(std::string_view name);

} // namespace kernelscope
