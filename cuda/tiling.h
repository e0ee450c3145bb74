// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What launchers reckon with when they cut work into tiles.
#pragma once

namespace kernelscope::cuda {

/// Floats of shared memory that every device gives a block that asks for nothing more.
inline constexpr int kSharedFloats = 48 * 1024 / 4;

/// Into how many parts of at most `largest` a whole is cut.
constexpr int parts(int whole, int largest) {
    return (whole + largest - 1) / largest;
}

} // namespace kernelscope::cuda
