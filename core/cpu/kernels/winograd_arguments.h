// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the loops of convolutions in Winograd's form take.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include "cpu/kernels/functions.h"

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// A vector of filters' kernels into Winograd's form.
struct WinogradWeights {
    const float* weights; ///< [3][3][channels], step apart.
    float* output;        ///< [16 matrices, matrixStep apart][channels, step apart].
    std::size_t channels;
    std::size_t firstChannel; ///< Only the channels from here
    std::size_t lastChannel;  ///< to before here.
    std::size_t step;
    std::size_t matrixStep;
};

/// One row of 4x4 input tiles, two positions apart, into Winograd's form.
struct WinogradInput {
    const float* input; ///< Upper left corner of the first tile.
    std::size_t rowStep;
    std::size_t pixelStep;
    std::size_t rows;    ///< Rows and columns from the corner on that are there; what lies behind them counts as zeros.
    std::size_t columns; ///< At most 2 * tiles + 2.
    std::size_t tiles;
    std::size_t vectors; ///< Vectors of channels.
    float* output;       ///< [16 matrices, matrixStep apart][tiles][vectors * lanes].
    std::size_t matrixStep;
};

/// One row of 2x2 output tiles from the sums of products in Winograd's form.
struct WinogradOutput {
    const float* products; ///< [16 matrices, matrixStep apart][tiles][vectors * lanes].
    std::size_t matrixStep;
    std::size_t tiles;
    std::size_t vectors; ///< Vectors of filters.
    Nonlinearity function;
    float* output; ///< Of the first tile: [rows][columns] values, or [tiles] maxima.
    std::size_t outputStep;
    // Without pooling, where the function is ReLU or none:
    std::size_t rowStep;
    std::size_t rows;    ///< 1 or 2
    std::size_t columns; ///< and 2 * tiles or one less that are wanted.
    // With a max-pool of 2x2, as in MaxPoolRow:
    std::int32_t* arguments;
    std::size_t argumentStep;
    std::int32_t firstOffset;
    std::int32_t rowOffset;
    std::int32_t columnOffset;
};

/// One row of 2x2 tiles of an output's gradient into Winograd's form.
struct WinogradGradient {
    const float* gradient; ///< Upper left corner of the first tile.
    std::size_t rowStep;
    std::size_t pixelStep;
    std::size_t rows;    ///< 1 or 2 that are there,
    std::size_t columns; ///< and 2 * tiles or one less; what lies behind them counts as zeros.
    std::size_t tiles;
    std::size_t vectors; ///< Vectors of filters.
    float* output;       ///< [16 matrices, matrixStep apart][tiles][vectors * lanes].
    std::size_t matrixStep;
};

/// The gradient of one filter's kernels from that of their Winograd form.
struct WinogradWeightGradient {
    const float* transformed; ///< [16 matrices, matrixStep apart][vectors * lanes].
    std::size_t matrixStep;
    std::size_t vectors;   ///< Vectors of channels.
    float* weightGradient; ///< [3, rowStep apart][3][vectors * lanes]; overwritten.
    std::size_t rowStep;
};

} // namespace kernelscope::cpu
