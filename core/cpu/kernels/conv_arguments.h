// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the loops of convolutions take.
/// Free of functions, constructors and default values, as kernels.h explains.
#pragma once

#include "cpu/kernels/functions.h"

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// One row of a convolution's outputs for one or two vectors of filters.
/// output[column][filter] = bias[filter] + sum over i, j, c of input[i*rowStep + column*columnStep + j*pixelStep + c] *
/// weights[i][j][c][filter].
struct ConvRow {
    const float* input;   ///< Upper left corner of the first window.
    const float* weights; ///< Packed: [kernel][kernel][channels][vectors * lanes].
    const float* bias;    ///< [vectors * lanes].
    float* output;        ///< [columns], outputStep apart.
    std::size_t kernel;
    std::size_t channels;
    std::size_t rowStep;
    std::size_t columnStep; ///< Stride of the convolution times pixelStep.
    std::size_t pixelStep;
    std::size_t outputStep;
    std::size_t columns;
    std::size_t vectors; ///< 1 or 2.
};

/// One row of a convolution's outputs behind activation and a max-pool of 2x2, stride 2.
struct ConvPooledRow {
    ConvRow row; ///< Of the windows' upper outputs: `columns` counts windows, `output` takes their maxima.
    std::size_t outputRowStep; ///< Input floats from these to the lower outputs' windows.
    Nonlinearity function;
    std::int32_t* arguments; ///< As the output, with its step. See MaxPoolRow for these:
    std::int32_t firstOffset;
    std::int32_t rowOffset;
    std::int32_t columnOffset;
};

/// Products of columns with rows, summed up: sums[r][v] += sum over n < count of left[n][r] * right[n][v].
struct OuterProducts {
    const float* left; ///< [count][rows], leftStep apart.
    std::size_t leftStep;
    const float* right; ///< [count][vectors * lanes], rightStep apart.
    std::size_t rightStep;
    float* sums; ///< [rows][vectors * lanes], sumStep apart.
    std::size_t sumStep;
    std::size_t count;
    std::size_t rows;
    std::size_t vectors;
};

/// The gradient of one output value of a convolution.
struct GradientEntry {
    std::int32_t offset; ///< Of the window's upper left corner in the input.
    float value;         ///< Never zero.
};

/// Collects, filter by filter, the outputs of a convolution whose gradient is not zero. Behind max-pool and ReLU they
/// are few, and everything else would only multiply zeros.
struct CollectGradients {
    float* gradient;               ///< Of the step's result: [rows][columns][filters]. Multiplied by the derivative.
    const float* result;           ///< The same shape.
    const std::int32_t* arguments; ///< Window offset of each maximum, same shape; null where there is no pooling.
    std::size_t rowStep;           ///< Floats from row to row of gradient and result.
    std::size_t pixelStep;
    std::size_t argumentRowStep;
    std::size_t rows;
    std::size_t columns;
    std::size_t windowRowStep; ///< Without pooling: input floats from an output row's windows to the next row's.
    std::size_t windowColumnStep;
    std::size_t filters;
    Nonlinearity function;  ///< Whose derivative is applied on the way.
    GradientEntry* entries; ///< [filters][capacity].
    std::size_t capacity;   ///< At least rows * columns + 1.
    std::int32_t* counts;   ///< [filters]: entries made.
    float* biasGradient;    ///< [filters, padded]: the sum of the values is added.
};

/// Weight gradient of a convolution of one channel and stride 1 behind a max-pool of 2x2, straight from the maxima's.
struct WindowGradients {
    CollectGradients results; ///< Windows' steps of the maxima; its gradient is differentiated. No lists.
    const float* input;
    std::size_t inputRowStep; ///< One float from column to column.
    std::size_t kernel;
    float* sums; ///< [kernel][kernel][vectors of filters * lanes]; added to.
};

/// Weight gradient of a convolution from the collected output gradients. A kernel row over all input channels is
/// contiguous in memory: a run.
struct ConvWeightGradient {
    const GradientEntry* entries; ///< [filters][capacity].
    const std::int32_t* counts;
    std::size_t capacity;
    std::size_t filters;
    std::size_t kernel;
    std::size_t runVectors; ///< Vectors that hold a run, each filter has `kernel` of them.
    std::size_t lastLanes;  ///< Valid lanes in a run's last vector.
    std::size_t rowStep;    ///< Of the input.
    const float* input;
    float* weightGradient; ///< [filters][kernel][runVectors * lanes]; added to.
};

/// Data gradient of a convolution from the collected output gradients, which are first sorted by the window that they
/// are of: these lists' entries have the offsets of filters' weights.
struct ConvInputGradient {
    const GradientEntry* entries; ///< [filters][capacity].
    const std::int32_t* counts;
    std::size_t capacity;
    std::size_t filters;
    const std::int32_t* windowAt;      ///< [offset of a window / lanes]: its number.
    const std::int32_t* windowOffsets; ///< [windows]: the inverse.
    std::size_t windows;
    GradientEntry* windowEntries; ///< Sorted by windows.
    std::int32_t* windowFirsts;   ///< [windows]: where each window's begin
    std::int32_t* windowEnds;     ///< [windows]: and end.
    bool hasFixedFirsts;          ///< Whether each window has its room; else windowFirsts are worked out, by counting.
    std::size_t kernel;
    std::size_t runVectors;
    std::size_t rowStep;  ///< Of the input.
    const float* weights; ///< [filters][kernel][runVectors * lanes].
    float* inputGradient; ///< As the input; added to.
};

} // namespace kernelscope::cpu
