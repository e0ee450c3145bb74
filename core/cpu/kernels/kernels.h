// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The vector loops of the CPU backend, as plain functions over plain structs: they are compiled once for each
/// instruction set, and called through a table that is picked at run time.
///
/// This header must stay free of functions, constructors and default values: what it defined would be emitted by every
/// instruction set's file, and the linker would keep any one of them, such as the one that an older machine cannot run.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// Activation functions.
enum class Function : std::int32_t { None, Relu, Tanh, LeakyRelu, Sigmoid };

/// An activation with its constant.
struct Nonlinearity {
    Function function;
    float slope; ///< LeakyRelu: of negative values.
};

/// Optimizers, see training/optimizer.h for the formulas.
enum class UpdateRule : std::int32_t { Sgd, Momentum, Nesterov, Adam };

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
    float* gradient;               ///< Of the step\'s result: [rows][columns][filters]. Multiplied by the derivative.
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
    GradientEntry* windowEntries; ///< [windows][windowCapacity].
    std::size_t windowCapacity;
    std::int32_t* windowCounts; ///< [windows].
    std::size_t kernel;
    std::size_t runVectors;
    std::size_t rowStep;  ///< Of the input.
    const float* weights; ///< [filters][kernel][runVectors * lanes].
    float* inputGradient; ///< As the input; added to.
};

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

/// An optimizer step over a stretch of the arenas.
struct Update {
    UpdateRule rule;
    float rate;
    float momentum;
    float beta1;
    float beta2;
    float epsilon;
    float decay;  ///< Of the weight, added to the gradient.
    float shrink; ///< Adam: of the weight, taken off it.
    const float* gradient;
    float* value;
    float* first;
    float* second;
    std::size_t count;
};

/// What one instruction set offers.
struct Kernels {
    const char* name;  ///< "AVX-512".
    std::size_t lanes; ///< Floats in a vector.

    void (*convRow)(const ConvRow&);
    void (*convPooledRow)(const ConvPooledRow&);
    void (*winogradWeights)(const WinogradWeights&);
    void (*winogradInput)(const WinogradInput&);
    void (*winogradOutput)(const WinogradOutput&);
    void (*winogradPooledOutput)(const WinogradOutput&);
    void (*winogradGradient)(const WinogradGradient&);
    void (*winogradWeightGradient)(const WinogradWeightGradient&);
    void (*outerProducts)(const OuterProducts&);
    void (*differentiate)(const CollectGradients&); ///< Only what it says of `gradient` and `biasGradient`.
    void (*collectGradients)(const CollectGradients&);
    void (*windowGradients)(const WindowGradients&);
    void (*convWeightGradient)(const ConvWeightGradient&);
    void (*convInputGradient)(const ConvInputGradient&);
    void (*maxPoolRow)(const MaxPoolRow&);
    void (*maxPoolRowBackward)(const MaxPoolRowBackward&);
    void (*averagePoolRow)(const AveragePoolRow&);
    void (*averagePoolRowBackward)(const AveragePoolRow&);
    void (*denseForward)(const DenseMatrices&);
    void (*denseInputGradient)(const DenseMatrices&);
    void (*denseWeightGradient)(const DenseMatrices&);
    /// out = f(in), count a multiple of the lanes; in place is fine.
    void (*activate)(Nonlinearity, const float* in, float* out, std::size_t count);
    /// inGradient = outGradient * f'(in), told from out = f(in); in place is fine.
    void (*activateBackward)(
        Nonlinearity, const float* out, const float* outGradient, float* inGradient, std::size_t count);
    /// sums += input, products += input^2.
    void (*normSums)(const NormRow&);
    /// output = (input - mean) * scale + shift.
    void (*normForward)(const NormRow&);
    /// sums += gradient, products += gradient * (input - mean).
    void (*normGradientSums)(const NormRow&);
    /// output = scale * gradient - factor * (input - mean) - shift.
    void (*normBackward)(const NormRow&);
    void (*dropoutMask)(const DropoutMask&);
    /// out[i] = kept[i] ? in[i] * scale : 0; in place is fine.
    void (*applyMask)(const std::uint8_t* kept, float scale, const float* in, float* out, std::size_t count);
    /// out[i] = pixel / 255, for images of one channel.
    void (*pixelsToFloats)(const std::uint8_t* pixels, float* out, std::size_t count);
    void (*update)(const Update&);
};

extern const Kernels portableKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

} // namespace kernelscope::cpu
