// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the loops of pooling take.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include "cpu/kernels/functions.h"

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// One row of max pooling, with the place of each maximum (the first of equals in row order).
struct MaxPoolRow {
    const float* const* rows; ///< [size] pointers to the window's rows, at the first column.
    std::size_t inputStep;    ///< Floats from column to column.
    std::size_t size;
    std::size_t stride;
    std::size_t columns;
    std::size_t vectors;     ///< Vectors of channels.
    float* output;           ///< [columns], outputStep apart.
    std::int32_t* arguments; ///< [columns], argumentStep apart.
    std::size_t outputStep;
    std::size_t argumentStep;
    std::int32_t firstOffset;  ///< Recorded for the window's first value at the first column,
    std::int32_t rowOffset;    ///< more for each row,
    std::int32_t columnOffset; ///< and more for each column.
    Function function;         ///< Relu is applied to the maximum (which is the same as before it, but cheaper).
};

/// Backward of one row of max pooling: each gradient is added where its maximum was.
struct MaxPoolRowBackward {
    const float* gradient;
    const std::int32_t* arguments;
    float* inputGradient; ///< The image's; arguments are offsets of channel 0 from here.
    std::size_t columns;
    std::size_t channels;
    std::size_t outputStep;
    std::size_t argumentStep;
};

/// One row of average pooling, or its backward.
struct AveragePoolRow {
    const float* input;    ///< Upper left corner of the first window (forward).
    float* inputGradient;  ///< The same place (backward); added to.
    float* output;         ///< Values (forward), or
    const float* gradient; ///< their gradients (backward).
    std::size_t rowStep;
    std::size_t pixelStep;
    std::size_t outputStep;
    std::size_t size;
    std::size_t stride;
    std::size_t columns;
    std::size_t vectors;
};

} // namespace kernelscope::cpu
