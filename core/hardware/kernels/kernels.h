// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The vector loops by which a machine's own speed is measured, as plain functions that are compiled once for each
/// instruction set, as the CPU backend's are.
///
/// This header must stay free of functions, constructors and default values, as cpu/kernels/kernels.h explains.
#pragma once

#include <cstddef>

namespace kernelscope::hardware {

/// A tile of a matrix product: sums[row][column] += sum over p < depth of left[p][row] * right[p][column].
/// Both factors are packed: what is used one after the other lies one after the other.
struct ProductTile {
    const float* left;  ///< [depth][tileRows].
    const float* right; ///< [depth][tileColumns].
    float* sums;        ///< [tileRows][tileColumns], sumStep apart.
    std::size_t sumStep;
    std::size_t depth;
};

/// What one instruction set offers.
struct Kernels {
    const char* name;        ///< "AVX-512", as the CPU backend's table calls it.
    std::size_t lanes;       ///< Floats in a vector.
    std::size_t chains;      ///< Sums that multiplyAdd() keeps going side by side, each a vector.
    std::size_t tileRows;    ///< Rows and
    std::size_t tileColumns; ///< columns of a ProductTile.
    bool fused;              ///< Whether a product and its sum are one instruction.

    /// `rounds` times x = x * factor + summand in every lane of every chain: 2 * lanes * chains * rounds operations on
    /// registers alone. Chain c begins with c in all lanes. Returns the sum of all lanes of all chains, so that none of
    /// the work can be left out.
    float (*multiplyAdd)(std::size_t rounds, float factor, float summand);
    void (*productTile)(const ProductTile&);
};

extern const Kernels portableKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

} // namespace kernelscope::hardware
