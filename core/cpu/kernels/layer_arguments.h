// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the loops of dense layers, batch norm and dropout take.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// Matrices of a dense layer, all rows padded with zeros to whole vectors.
struct DenseMatrices {
    const float* input;          ///< [images][inputStride].
    const float* weights;        ///< [units][inputStride].
    const float* bias;           ///< [units].
    float* output;               ///< [images][outputStride] (forward).
    const float* outputGradient; ///< [images][outputStride] (backward).
    float* inputGradient;        ///< [images][inputStride]; overwritten.
    float* weightGradient;       ///< [units][inputStride]; overwritten, or added to if `accumulate`.
    float* biasGradient;         ///< [units]; likewise.
    std::size_t images;
    std::size_t units;
    std::size_t firstUnit;   ///< Weight gradient: the units from here
    std::size_t lastUnit;    ///< to before here.
    std::size_t inputStride; ///< A multiple of the lanes.
    std::size_t outputStride;
    bool accumulate;
};

/// One row of positions, channels last, as batch norm takes it: sums over it, or its values. All arrays by channel hold
/// vectors * lanes values, zero behind the last channel.
struct NormRow {
    const float* input;    ///< [positions], pixelStep apart.
    const float* gradient; ///< Of the results, likewise (backward).
    float* output;         ///< Results (forward), or the input's gradients (backward), likewise.
    std::size_t positions;
    std::size_t pixelStep;
    std::size_t vectors; ///< Vectors of channels.
    const float* mean;
    const float* scale;
    const float* shift;
    const float* factor; ///< Backward.
    double* sums;        ///< Added to.
    double* products;    ///< Added to.
};

/// The mask of a dropout layer, see layers/dropout.h.
struct DropoutMask {
    std::uint32_t key[2];
    std::uint32_t position;
    std::uint32_t step;
    std::uint32_t stream;
    std::uint32_t threshold; ///< Values stay whose random 24 bits are not below.
    std::size_t blocks;      ///< Of four values each, rounded up to a multiple of 16.
    std::uint8_t* kept;      ///< [blocks * 4] in canonical order: 1 or 0.
};

} // namespace kernelscope::cpu
