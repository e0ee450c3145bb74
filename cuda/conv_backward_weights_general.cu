// SPDX-License-Identifier: GPL-3.0-or-later
// The gradient of a weight is the sum, over all outputs of all images, of the output's gradient times the input that
// the weight was multiplied by: a product of a matrix filters x outputs with one of outputs x (channel, kernel row,
// kernel column). Neither is stored (device/product_tile.cuh): output gradients are worked out while they are fetched
// (device/conv_gradient.cuh), inputs are fetched where they lie. A bias is a weight whose input is always 1: one more
// column.
//
// The result is small and the sums are long, so these are cut into pieces: a block sums 64 x 64 weights over one piece,
// and the update adds the pieces in their order. Nobody adds to what another writes, so every run gives the same bits.
#include "cuda/conv_kernels.h"
#include "cuda/device/conv_gradient.cuh"
#include "cuda/device/divisor.h"
#include "cuda/device/product_tile.cuh"
#include "cuda/platform/error_check.h"
#include "cuda/tiling.h"

#include <algorithm>

namespace kernelscope::cuda::conv_general {
namespace {

/// Most outputs of a piece: they are counted in an int.
constexpr std::int64_t kLongestPiece = std::int64_t{1} << 29;
/// Fewest, so that a block does more than to write its sums.
constexpr std::int64_t kShortestPiece = 8 * kTileDepth;

struct WeightArguments {
    ConvShape shape;
    std::int64_t outputs; ///< Of a filter, of all images.
    const float* input;
    ResultGradient result;
    ConvPieces pieces;
    Divisor perFilter; ///< By outputs of a filter, of one image.
    Divisor columns;
};

/// The outputs of a piece.
struct Piece {
    std::int64_t firstImage; ///< Of the first of them.
    int first;               ///< Counted from that image's first.
    int count;

    __device__ Piece(const WeightArguments& arguments, int index) {
        const std::int64_t begin = arguments.outputs * index / arguments.pieces.count;
        const std::int64_t end = arguments.outputs * (index + 1) / arguments.pieces.count;
        firstImage = begin / arguments.shape.outputs();
        first = static_cast<int>(begin % arguments.shape.outputs());
        count = static_cast<int>(end - begin);
    }
};

/// Where the output of a term is.
struct Output {
    std::size_t image;
    int row;
    int column;

    __device__ Output(const WeightArguments& arguments, const Piece& piece, int term) {
        const int position = piece.first + term;
        const int images = arguments.perFilter.quotient(position);
        const int inImage = arguments.perFilter.remainder(position, images);
        image = static_cast<std::size_t>(piece.firstImage + images);
        row = arguments.columns.quotient(inImage);
        column = arguments.columns.remainder(inImage, row);
    }
};

/// Rows of the left matrix: a filter's output gradients.
class FilterRows {
public:
    using Lanes = LanesAlongTerms; // neighbouring outputs

    __device__ FilterRows(const WeightArguments& arguments, const Piece& piece)
        : m_arguments(arguments),
          m_piece(piece) {}

    __device__ float load(int first, int i) const {
        const int filter = static_cast<int>(blockIdx.y) * kTileSide + Lanes::side(i);
        const int term = first + Lanes::term(i);
        if (filter >= m_arguments.shape.filters || term >= m_piece.count)
            return 0;
        const Output output(m_arguments, m_piece, term);
        return OutputGradient(m_arguments.shape, m_arguments.result, output.image)
            .at(filter, output.row, output.column);
    }

private:
    const WeightArguments& m_arguments;
    const Piece& m_piece;
};

/// Columns of the right matrix: the inputs that a weight was multiplied by; behind the weights the bias.
class WeightColumns {
public:
    using Lanes = LanesAlongTerms;

    __device__ WeightColumns(const WeightArguments& arguments, const Piece& piece)
        : m_arguments(arguments),
          m_piece(piece) {
        const ConvShape& shape = arguments.shape;
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int weight = static_cast<int>(blockIdx.x) * kTileSide + Lanes::side(i);
            m_isBias[i] = weight == shape.weightsPerFilter();
            m_channel[i] = weight / (shape.kernel * shape.kernel);
            m_row[i] = weight / shape.kernel % shape.kernel - shape.top;
            m_column[i] = weight % shape.kernel - shape.left;
        }
    }

    __device__ float load(int first, int i) const {
        const ConvShape& shape = m_arguments.shape;
        const int term = first + Lanes::term(i);
        if (term >= m_piece.count)
            return 0;
        if (m_isBias[i])
            return 1;
        const Output output(m_arguments, m_piece, term);
        const int row = output.row * shape.stride + m_row[i];
        const int column = output.column * shape.stride + m_column[i];
        if (m_channel[i] >= shape.channels || row < 0 || row >= shape.height || column < 0 || column >= shape.width)
            return 0;
        return m_arguments.input[output.image * static_cast<std::size_t>(shape.inputSize()) +
                                 static_cast<std::size_t>((m_channel[i] * shape.height + row) * shape.width + column)];
    }

private:
    const WeightArguments& m_arguments;
    const Piece& m_piece;
    bool m_isBias[4];
    int m_channel[4];
    int m_row[4]; ///< In the kernel, less the padding.
    int m_column[4];
};

/// blockIdx: x tiles of a filter's weights and bias, y tiles of filters, z pieces.
template <Precision kPrecision>
__global__ void __launch_bounds__(kTileThreads) backwardWeightsTile(WeightArguments arguments) {
    KERNEL_SHARED(float4, shared, [kTileFloats / 4]);
    const ConvShape& shape = arguments.shape;
    const Piece piece(arguments, static_cast<int>(blockIdx.z));
    FilterRows left(arguments, piece);
    WeightColumns right(arguments, piece);
    float sums[4][4];
    tileProduct<kPrecision>(reinterpret_cast<float*>(&shared[0]), piece.count, left, right, sums);

    float* values =
        arguments.pieces.values + std::size_t{blockIdx.z} * static_cast<std::size_t>(shape.weights() + shape.filters);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const int filter = static_cast<int>(blockIdx.y) * kTileSide + sumRow() + i;
        if (filter >= shape.filters)
            return;
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const int weight = static_cast<int>(blockIdx.x) * kTileSide + sumColumn() + j;
            if (weight < shape.weightsPerFilter())
                values[filter * shape.weightsPerFilter() + weight] = sums[i][j];
            else if (weight == shape.weightsPerFilter())
                values[shape.weights() + filter] = sums[i][j];
        }
    }
}

/// Without the pieces.
dim3 tilesOf(const ConvShape& shape) {
    return dim3(static_cast<unsigned>(parts(shape.weightsPerFilter() + 1, kTileSide)),
        static_cast<unsigned>(parts(shape.filters, kTileSide)));
}

} // namespace

int pieceCount(const ConvLaunch& launch, const ConvShape& shape) {
    constexpr std::int64_t blocksPerMultiprocessor = 2;
    const std::int64_t outputs = std::int64_t{launch.images} * shape.outputs();
    const dim3 tiles = tilesOf(shape);
    const std::int64_t tileCount = std::int64_t{tiles.x} * tiles.y;
    const std::int64_t enough = (blocksPerMultiprocessor * launch.multiprocessors + tileCount - 1) / tileCount;
    const std::int64_t sensible = std::min(enough, (outputs + kShortestPiece - 1) / kShortestPiece);
    return static_cast<int>(std::max({std::int64_t{1}, sensible, (outputs + kLongestPiece - 1) / kLongestPiece}));
}

void backwardWeights(const ConvLaunch& launch, const ConvShape& shape, Precision precision, const float* input,
    const ResultGradient& result, const ConvPieces& pieces) {
    const WeightArguments arguments{shape, std::int64_t{launch.images} * shape.outputs(), input, result, pieces,
        Divisor(shape.outputs()), Divisor(shape.columns)};
    dim3 blocks = tilesOf(shape);
    blocks.z = static_cast<unsigned>(pieces.count);
    checkCuda(launchKernel(precision == Precision::Tf32 ? backwardWeightsTile<Precision::Tf32>
                                                        : backwardWeightsTile<Precision::Fp32>,
                  LaunchShape{blocks, dim3(kTileThreads)}, launch.stream, arguments),
        "launch the weights' gradient of the convolution");
}

} // namespace kernelscope::cuda::conv_general
