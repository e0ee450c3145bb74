// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The images of a NumPy archive as pixels.
#pragma once

#include "data/npz_archive.h"
#include "data/npz_layout.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace kernelscope {

/// How an array's numbers become bytes: byte = offset + factor * value, rounded.
struct NpzScale {
    double factor = 1.0;
    double offset = 0.0;
    const char* note = ""; ///< For people.
};

/// Smallest and largest value.
struct NpzRange {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
};

/// Whether values are pixels as they are: bytes. (Bytes that are all 0 or 1 are found when they are there.)
bool isByte(const NpyHeader& header);

/// Goes over all values once, so that the array is known to be whole. Throws Error where one is not finite.
NpzRange rangeOf(NpzArchive& archive, const NpzArray& array);

/// For values from 0 to 255, 0 to 1, or -1 to 1. Throws Error, which names the array, for others.
NpzScale scaleFor(NpzRange range, const NpzArray& array);

/// The pixels in the order of a data set. Room for all of them is taken at once.
std::vector<std::uint8_t> readPixels(
    NpzArchive& archive, const NpzArray& array, const NpzImageLayout& layout, const NpzScale& scale);

} // namespace kernelscope
