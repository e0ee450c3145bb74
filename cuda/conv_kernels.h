// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The kernels of a convolution, as ConvStep launches them: forward and both gradients, each for any convolution, and
/// again for those that most networks are made of.
#pragma once

#include "cuda/nonlinearity.h"
#include "cuda/step.h"

#include <cstddef>
#include <cstdint>

namespace kernelscope::cuda {

/// A convolution, and the max-pooling of 2x2 windows side by side where that is done with it; a kernel's argument.
struct ConvShape {
    int channels = 1; ///< Of the input.
    int height = 1;
    int width = 1;
    int filters = 1;
    int kernel = 3;
    int stride = 1;
    int top = 0; ///< Zeros above and on the left of the input.
    int left = 0;
    int rows = 1; ///< Outputs that are computed; even where they are pooled.
    int columns = 1;
    bool isPooled = false;

    __host__ __device__ int weightsPerFilter() const { return channels * kernel * kernel; }
    __host__ __device__ int weights() const { return filters * weightsPerFilter(); }

    __host__ __device__ int inputSize() const { return channels * height * width; }
    __host__ __device__ int outputs() const { return rows * columns; } ///< Of a filter.
    __host__ __device__ int resultRows() const { return isPooled ? rows / 2 : rows; }
    __host__ __device__ int resultColumns() const { return isPooled ? columns / 2 : columns; }
    __host__ __device__ int resultArea() const { return resultRows() * resultColumns(); } ///< Of a filter.
};

/// The result of the forward pass: [images][filters][resultRows][resultColumns].
struct ConvResult {
    float* values = nullptr;
    /// With pooling: place in its window of each maximum, row * 2 + column; of equals the first. Null: not asked for.
    std::uint16_t* arguments = nullptr;
    Nonlinearity function;
};

/// From which the gradient of a convolution's outputs is worked out: all of the result's form.
struct ResultGradient {
    const float* gradients = nullptr;
    const float* values = nullptr;
    const std::uint16_t* arguments = nullptr; ///< With pooling.
    Nonlinearity function;
};

/// The gradient of weights and bias in pieces: parts of the outputs of all images, summed apart.
struct ConvPieces {
    int count = 1;
    float* values = nullptr; ///< [count][filters x channels x kernel x kernel weights, filters biases]
};

/// For whom kernels are launched.
struct ConvLaunch {
    cudaStream_t stream = nullptr;
    int images = 0;
    int multiprocessors = 1;
};

/// Any kernel, stride and padding, fp32 or TF32, as products of matrices that are never stored.
namespace conv_general {

/// result = pool(f(bias + convolution of the input)).
/// @param input [images][channels][height][width]; @param weights [filters][channels][kernel][kernel];
/// @param bias [filters].
void forward(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const float* weights, const float* bias, const ConvResult& result);

/// inputGradients [images][channels][height][width], all of them written.
void backwardData(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const ResultGradient& result,
    const float* weights, float* inputGradients);

/// How many pieces of the weight gradient give the device enough to do at once.
int pieceCount(const ConvLaunch& launch, const ConvShape& shape);

/// Gradients of weights and bias. Of n outputs (of a filter, of all images in order), piece p has those from
/// p * n / count on.
void backwardWeights(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const ResultGradient& result, const ConvPieces& pieces);

} // namespace conv_general

/// The same for kernels of 3x3 and 5x5 at stride 1; in fp32 where no precision is asked for.
namespace conv_direct {

constexpr bool canDo(const ConvShape& shape) {
    return (shape.kernel == 3 || shape.kernel == 5) && shape.stride == 1;
}

void forward(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const float* weights, const float* bias, const ConvResult& result);

void backwardData(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const ResultGradient& result,
    const float* weights, float* inputGradients);

/// The same behind a max-pooling, from the windows' maxima only.
void backwardDataPooled(const ConvLaunch& launch, const ConvShape& shape, const ResultGradient& result,
    const float* weights, float* inputGradients);

int pieceCount(const ConvLaunch& launch, const ConvShape& shape);

void backwardWeights(const ConvLaunch& launch, const ConvShape& shape, const float* input, const ResultGradient& result,
    const ConvPieces& pieces);

} // namespace conv_direct

} // namespace kernelscope::cuda
