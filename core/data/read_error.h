// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the readers of data files say what is wrong with one.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace kernelscope {

inline constexpr const char* kCopyAgain = "Download or copy the file again.";

/// The most pixels, in bytes, that a data set is read with: what a computer for learning has room for.
inline constexpr std::uint64_t kLargestDataSet = std::uint64_t{8} << 30;

/// Sides of an image beyond this are no images to learn from, and would overflow a Shape.
inline constexpr std::uint32_t kLargestSide = 4096;

/// Labels are stored in a byte.
inline constexpr int kMostClasses = 256;

/// Throws the Error about a data file.
[[noreturn]] inline void refuseFile(
    const std::filesystem::path& path, std::string found, std::string expected, std::string advice = kCopyAgain) {
    throw Error({"Cannot read the data file", path.string(), std::move(found), std::move(expected), std::move(advice)});
}

/// "1 byte", "12 bytes".
inline std::string bytesText(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

} // namespace kernelscope
