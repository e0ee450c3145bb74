// SPDX-License-Identifier: GPL-3.0-or-later
// The way back through a convolution is one, too: an input's gradient is the sum, over the filters and kernel places
// that it met, of weight times that output's gradient. So the kernel is conv_forward_general.cu's, with the roles
// changed: channels x (filters, kernel places) weights, times (filters, kernel places) x input positions of output
// gradients, which are worked out while they are fetched (device/conv_gradient.cuh).
//
// With a stride s an input meets every s-th kernel row and column only; which ones depends on its row and column modulo
// s. So the inputs are worked out in s x s phases, each with its own part of the kernel: no multiplication is wasted
// on places between the outputs.
#include "cuda/conv_kernels.h"
#include "cuda/device/conv_gradient.cuh"
#include "cuda/device/divisor.h"
#include "cuda/device/product_tile.cuh"
#include "cuda/platform/error_check.h"
#include "cuda/tiling.h"

#include <algorithm>
#include <limits>

namespace kernelscope::cuda::conv_general {
namespace {

struct DataArguments {
    ConvShape shape;
    int images;
    int columnPhases;
    ResultGradient result;
    const float* weights;
    float* inputGradients;
};

/// One direction of a phase: its inputs are phase, phase + s, phase + 2s ..., and the t-th of them meets kernel place
/// first + n * s at output t + base - n, for n from 0 to places - 1.
struct PhaseAxis {
    int phase;
    int inputs;
    int first;
    int places;
    int base;

    /// @param zeros of padding before the input.
    __device__ PhaseAxis(int phaseIndex, int stride, int size, int kernel, int zeros)
        : phase(phaseIndex),
          inputs((size - phaseIndex + stride - 1) / stride),
          first((phaseIndex + zeros) % stride),
          places(first < kernel ? (kernel - first + stride - 1) / stride : 0),
          base((phaseIndex + zeros) / stride) {}
};

struct Phase {
    PhaseAxis rows;
    PhaseAxis columns;
    Divisor inputs; ///< By inputs of a channel, of this phase.
    Divisor inputColumns;
    Divisor places; ///< By kernel places that an input meets.
    Divisor placeColumns;

    __device__ Phase(const ConvShape& shape, int row, int column)
        : rows(row, shape.stride, shape.height, shape.kernel, shape.top),
          columns(column, shape.stride, shape.width, shape.kernel, shape.left),
          inputs(rows.inputs * columns.inputs),
          inputColumns(columns.inputs),
          places(max(rows.places * columns.places, 1)),
          placeColumns(max(columns.places, 1)) {}

    /// Of each sum; 0 where the inputs meet no kernel place.
    __device__ int terms(const ConvShape& shape) const { return shape.filters * rows.places * columns.places; }
};

/// A term of the sums: a filter, and the n-th kernel row and column of the phase.
struct Term {
    int filter;
    int row;
    int column;

    __device__ Term(const Phase& phase, int term) : filter(phase.places.quotient(term)) {
        const int place = phase.places.remainder(term, filter);
        row = phase.placeColumns.quotient(place);
        column = phase.placeColumns.remainder(place, row);
    }
};

/// Rows of the left matrix: the channels.
class ChannelRows {
public:
    using Lanes = LanesAlongTerms; // a kernel's places are neighbours, or nearly

    __device__ ChannelRows(const DataArguments& arguments, const Phase& phase)
        : m_arguments(arguments),
          m_phase(phase) {}

    __device__ float load(int first, int i) const {
        const ConvShape& shape = m_arguments.shape;
        const int channel = static_cast<int>(blockIdx.y) * kTileSide + Lanes::side(i);
        const Term term(m_phase, first + Lanes::term(i));
        if (channel >= shape.channels || term.filter >= shape.filters)
            return 0;
        const int row = m_phase.rows.first + term.row * shape.stride;
        const int column = m_phase.columns.first + term.column * shape.stride;
        return m_arguments
            .weights[((term.filter * shape.channels + channel) * shape.kernel + row) * shape.kernel + column];
    }

private:
    const DataArguments& m_arguments;
    const Phase& m_phase;
};

/// Columns of the right matrix: the gradients of the outputs that an input position met.
class InputColumns {
public:
    using Lanes = LanesAlongSide;

    __device__ InputColumns(const DataArguments& arguments, const Phase& phase, int positions)
        : m_shape(arguments.shape),
          m_phase(phase),
          m_gradient(arguments.shape, arguments.result, 0) {
        const int position = static_cast<int>(blockIdx.x) * kTileSide + Lanes::side(0);
        if (position >= positions)
            return; // far above all outputs, as initialised
        const int image = phase.inputs.quotient(position);
        const int input = phase.inputs.remainder(position, image);
        const int row = phase.inputColumns.quotient(input);
        m_row = row + phase.rows.base;
        m_column = phase.inputColumns.remainder(input, row) + phase.columns.base;
        m_gradient = OutputGradient(arguments.shape, arguments.result, static_cast<std::size_t>(image));
    }

    __device__ float load(int first, int i) const {
        const Term term(m_phase, first + Lanes::term(i));
        const int row = m_row - term.row;
        const int column = m_column - term.column;
        if (term.filter >= m_shape.filters || row < 0 || row >= m_shape.rows || column < 0 || column >= m_shape.columns)
            return 0;
        return m_gradient.at(term.filter, row, column);
    }

private:
    const ConvShape& m_shape;
    const Phase& m_phase;
    OutputGradient m_gradient;
    int m_row = -(1 << 30);
    int m_column = 0;
};

/// blockIdx: x tiles of the phase's input positions, y tiles of channels, z phases.
template <Precision kPrecision>
__global__ void __launch_bounds__(kTileThreads) backwardDataTile(DataArguments arguments) {
    KERNEL_SHARED(float4, shared, [kTileFloats / 4]);
    const ConvShape& shape = arguments.shape;
    const auto phaseIndex = static_cast<int>(blockIdx.z);
    const Phase phase(shape, phaseIndex / arguments.columnPhases, phaseIndex % arguments.columnPhases);
    const int positions = arguments.images * phase.rows.inputs * phase.columns.inputs;
    if (static_cast<int>(blockIdx.x) * kTileSide >= positions)
        return; // the first phase is the largest

    ChannelRows left(arguments, phase);
    InputColumns right(arguments, phase, positions);
    float sums[4][4];
    tileProduct<kPrecision>(reinterpret_cast<float*>(&shared[0]), phase.terms(shape), left, right, sums);

#pragma unroll
    for (int j = 0; j < 4; ++j) {
        const int position = static_cast<int>(blockIdx.x) * kTileSide + sumColumn() + j;
        if (position >= positions)
            return;
        const int image = phase.inputs.quotient(position);
        const int input = phase.inputs.remainder(position, image);
        const int row = phase.inputColumns.quotient(input);
        const int y = phase.rows.phase + row * shape.stride;
        const int x = phase.columns.phase + phase.inputColumns.remainder(input, row) * shape.stride;
        float* gradients =
            arguments.inputGradients + static_cast<std::size_t>(image) * static_cast<std::size_t>(shape.inputSize());
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int channel = static_cast<int>(blockIdx.y) * kTileSide + sumRow() + i;
            if (channel < shape.channels)
                gradients[(channel * shape.height + y) * shape.width + x] = sums[i][j];
        }
    }
}

} // namespace

void backwardData(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const ResultGradient& result,
    const float* weights, float* inputGradients) {
    const int rowPhases = std::min(shape.stride, shape.height);
    const int columnPhases = std::min(shape.stride, shape.width);
    const int inputs = parts(shape.height, shape.stride) * parts(shape.width, shape.stride); // of the first phase
    // Positions are counted in an int: so many images at a time. Nearly always all.
    const int most = std::max(1, (std::numeric_limits<int>::max() - kTileSide) / inputs);
    for (int first = 0; first < launch.images; first += most) {
        const int images = std::min(most, launch.images - first);
        const auto offset = static_cast<std::size_t>(first);
        const auto resultSize = static_cast<std::size_t>(shape.filters) * static_cast<std::size_t>(shape.resultArea());
        DataArguments arguments{shape, images, columnPhases, result, weights,
            inputGradients + offset * static_cast<std::size_t>(shape.inputSize())};
        arguments.result.gradients += offset * resultSize;
        arguments.result.values += offset * resultSize;
        if (result.arguments)
            arguments.result.arguments += offset * resultSize;
        const LaunchShape blocks{dim3(static_cast<unsigned>(parts(images * inputs, kTileSide)),
                                     static_cast<unsigned>(parts(shape.channels, kTileSide)),
                                     static_cast<unsigned>(rowPhases * columnPhases)),
            dim3(kTileThreads)};
        checkCuda(launchKernel(precision == Precision::Tf32 ? backwardDataTile<Precision::Tf32>
                                                            : backwardDataTile<Precision::Fp32>,
                      blocks, launch.stream, arguments),
            "launch the input's gradient of the convolution");
    }
}

} // namespace kernelscope::cuda::conv_general
