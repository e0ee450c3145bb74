// SPDX-License-Identifier: GPL-3.0-or-later
// A convolution is a matrix product: filters x (channels, kernel rows, kernel columns) weights, times as many rows of
// input values, with a column for each output position of each image. The second matrix would be kernel x kernel times
// the input, so it is never made: a block that works out 64 filters at 64 positions (device/product_tile.cuh) fetches
// its values from the image where it needs them. For each of its sums a block reads 1/64 weight and 1/64 input a term.
// Positions come window by window where the result is pooled, so that a thread's 4 columns are a window of 2x2, which
// ends in its registers.
#include "cuda/conv_kernels.h"
#include "cuda/device/divisor.h"
#include "cuda/device/nonlinearity.cuh"
#include "cuda/device/product_tile.cuh"
#include "cuda/platform/error_check.h"
#include "cuda/tiling.h"

#include <algorithm>
#include <limits>

namespace kernelscope::cuda::conv_general {
namespace {

struct ForwardArguments {
    ConvShape shape;
    int positions; ///< Of all images.
    const float* input;
    const float* weights;
    const float* bias;
    ConvResult result;
    Divisor perFilter;     ///< By outputs of a filter.
    Divisor resultColumns; ///< By columns of the result: pooling windows, or outputs.
    Divisor kernelArea;
    Divisor kernelColumns;
};

/// Rows of the left matrix: the filters.
class FilterRows {
public:
    using Lanes = LanesAlongTerms; // a filter's weights are neighbours

    __device__ explicit FilterRows(const ForwardArguments& arguments)
        : m_weights(arguments.weights),
          m_filters(arguments.shape.filters),
          m_terms(arguments.shape.weightsPerFilter()),
          m_first(static_cast<int>(blockIdx.y) * kTileSide) {}

    __device__ float load(int first, int i) const {
        const int filter = m_first + Lanes::side(i);
        const int term = first + Lanes::term(i);
        return filter < m_filters && term < m_terms ? m_weights[filter * m_terms + term] : 0.0f;
    }

private:
    const float* m_weights;
    int m_filters;
    int m_terms;
    int m_first;
};

/// Columns of the right matrix: the inputs under the kernel at a position.
class PositionColumns {
public:
    using Lanes = LanesAlongSide; // neighbouring positions read neighbouring inputs

    __device__ explicit PositionColumns(const ForwardArguments& arguments) : m_arguments(arguments) {
        const ConvShape& shape = arguments.shape;
        const int position = static_cast<int>(blockIdx.x) * kTileSide + Lanes::side(0);
        if (position >= arguments.positions)
            return; // far above the image, as initialised: all its inputs are outside
        const int image = arguments.perFilter.quotient(position);
        const int output = arguments.perFilter.remainder(position, image);
        const int place = shape.isPooled ? output / 4 : output;
        int row = arguments.resultColumns.quotient(place);
        int column = arguments.resultColumns.remainder(place, row);
        if (shape.isPooled) {
            row = 2 * row + output % 4 / 2;
            column = 2 * column + output % 2;
        }
        m_row = row * shape.stride - shape.top;
        m_column = column * shape.stride - shape.left;
        m_image = arguments.input + static_cast<std::size_t>(image) * static_cast<std::size_t>(shape.inputSize());
    }

    __device__ float load(int first, int i) const {
        const ConvShape& shape = m_arguments.shape;
        const int term = first + Lanes::term(i);
        const int channel = m_arguments.kernelArea.quotient(term);
        const int inKernel = m_arguments.kernelArea.remainder(term, channel);
        const int kernelRow = m_arguments.kernelColumns.quotient(inKernel);
        const int row = m_row + kernelRow;
        const int column = m_column + m_arguments.kernelColumns.remainder(inKernel, kernelRow);
        if (channel >= shape.channels || row < 0 || row >= shape.height || column < 0 || column >= shape.width)
            return 0;
        return m_image[(channel * shape.height + row) * shape.width + column];
    }

private:
    const ForwardArguments& m_arguments;
    const float* m_image = nullptr;
    int m_row = -(1 << 30);
    int m_column = 0;
};

/// Index in the result of a filter's value at a place: an output, or a window of them.
__device__ std::size_t resultIndex(const ForwardArguments& arguments, int image, int filter, int place) {
    const auto plane = static_cast<std::size_t>(image) * static_cast<std::size_t>(arguments.shape.filters) +
                       static_cast<std::size_t>(filter);
    return plane * static_cast<std::size_t>(arguments.shape.resultArea()) + static_cast<std::size_t>(place);
}

/// blockIdx: x tiles of positions, y tiles of filters.
template <Precision kPrecision>
__global__ void __launch_bounds__(kTileThreads) forwardTile(ForwardArguments arguments) {
    KERNEL_SHARED(float4, shared, [kTileFloats / 4]);
    FilterRows left(arguments);
    PositionColumns right(arguments);
    float sums[4][4];
    tileProduct<kPrecision>(
        reinterpret_cast<float*>(&shared[0]), arguments.shape.weightsPerFilter(), left, right, sums);

    const ConvResult& result = arguments.result;
    const int firstPosition = static_cast<int>(blockIdx.x) * kTileSide + sumColumn();
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const int filter = static_cast<int>(blockIdx.y) * kTileSide + sumRow() + i;
        if (filter >= arguments.shape.filters)
            return;
        const float bias = arguments.bias[filter];
        float greatest = 0;
        int argument = 0;
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const int position = firstPosition + j;
            if (position >= arguments.positions)
                break;
            const float value = activate(result.function, sums[i][j] + bias);
            const int image = arguments.perFilter.quotient(position);
            const int output = arguments.perFilter.remainder(position, image);
            if (!arguments.shape.isPooled) {
                result.values[resultIndex(arguments, image, filter, output)] = value;
                continue;
            }
            if (j == 0 || value > greatest) { // of equals the first
                greatest = value;
                argument = j;
            }
            if (j == 3) {
                const std::size_t index = resultIndex(arguments, image, filter, output / 4);
                result.values[index] = greatest;
                if (result.arguments)
                    result.arguments[index] = static_cast<std::uint16_t>(argument);
            }
        }
    }
}

} // namespace

void forward(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const float* weights, const float* bias, const ConvResult& result) {
    // Positions are counted in an int: so many images at a time. Nearly always all.
    const int most = std::max(1, (std::numeric_limits<int>::max() - kTileSide) / shape.outputs());
    for (int first = 0; first < launch.images; first += most) {
        const int images = std::min(most, launch.images - first);
        const auto offset = static_cast<std::size_t>(first);
        const auto resultSize = static_cast<std::size_t>(shape.filters) * static_cast<std::size_t>(shape.resultArea());
        ForwardArguments arguments{shape, images * shape.outputs(),
            input + offset * static_cast<std::size_t>(shape.inputSize()), weights, bias, result,
            Divisor(shape.outputs()), Divisor(shape.resultColumns()), Divisor(shape.kernel * shape.kernel),
            Divisor(shape.kernel)};
        arguments.result.values += offset * resultSize;
        if (result.arguments)
            arguments.result.arguments += offset * resultSize;
        const LaunchShape blocks{dim3(static_cast<unsigned>(parts(arguments.positions, kTileSide)),
                                     static_cast<unsigned>(parts(shape.filters, kTileSide))),
            dim3(kTileThreads)};
        checkCuda(
            launchKernel(precision == Precision::Tf32 ? forwardTile<Precision::Tf32> : forwardTile<Precision::Fp32>,
                blocks, launch.stream, arguments),
            "launch the convolution");
    }
}

} // namespace kernelscope::cuda::conv_general
