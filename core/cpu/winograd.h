// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Convolution with kernels of 3x3 in fewer multiplications.
#pragma once

#include "cpu/aligned_buffer.h"
#include "cpu/kernels/kernels.h"
#include "cpu/thread_pool.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kernelscope::cpu {

/// Where one image, or its gradient, is read.
struct WinogradSource {
    const float* values; ///< Upper left corner of the first tile.
    std::size_t rowStep;
    std::size_t pixelStep; ///< A whole number of vectors.
};

/// How an image's outputs are cut into tiles of 2x2, and rows of tiles into blocks: what is transformed before it is
/// multiplied, so that it is still in the cache then.
struct WinogradTiles {
    WinogradTiles(std::size_t outputRows, std::size_t outputColumns);

    std::size_t rows; ///< Of outputs.
    std::size_t columns;
    std::size_t tileRows;
    std::size_t tilesInRow;
    std::size_t blockRows; ///< Rows of tiles in a block; the last may have fewer.

    std::size_t blockTiles() const { return blockRows * tilesInRow; }
    /// Floats from one of the 16 matrices of a block to the next. Not a power of two, for the caches' sake.
    std::size_t matrixStep(std::size_t width) const { return blockTiles() * width + 16; }
    /// Transforms the inputs of a block: 16 matrices of [tiles][source.pixelStep].
    void transformInputs(
        const Kernels& kernels, const WinogradSource& source, IndexRange rowsOfTiles, float* inputs) const;
    /// Transforms a block of the outputs' gradient likewise.
    void transformGradients(
        const Kernels& kernels, const WinogradSource& source, IndexRange rowsOfTiles, float* gradients) const;
};

/// Winograd's minimal filtering F(2x2,3x3): a 3x3 convolution of stride 1, for tiles of 2x2 outputs at a time.
///
/// A tile's 4x4 inputs are transformed (by additions), multiplied value by value with the kernel transformed likewise,
/// summed over the channels, and transformed back: 16 multiplications where the direct way takes 4 * 9 = 36. For all
/// tiles, channels and filters the middle part is 16 products of matrices,
///
///     sums[k][tile][filter] = sum over channels of inputs[k][tile][channel] * kernels[k][channel][filter],
///
/// which are convolutions with kernels of 1x1 and run as such. A tile of outputs is also a window of a 2x2 max-pool:
/// activation, pooling and the place of the maximum then happen while it is in registers.
///
/// Rounding: the transforms take up to 4 inputs and 9 sums together, with factors of 1 and 1/2 alone; they lose
/// about two bits more than the direct sum. Over the table of cases the outputs stay within the 1e-5 that is asked of
/// the direct convolution too, and inputs that are equal all over a tile give outputs that are exactly equal.
class Winograd {
public:
    /// Where its result goes.
    struct Target {
        float* values; ///< First position, first filter.
        std::size_t rowStep;
        std::size_t pixelStep;
        Nonlinearity function; ///< Without pooling: ReLU or none.
        /// Null, or, with a 2x2 max-pool of stride 2: the place of each maximum, see MaxPoolRow.
        std::int32_t* arguments;
        std::size_t argumentRowStep;
        std::int32_t inputRowStep; ///< What these places count in: floats of the input.
        std::int32_t inputPixelStep;
    };

    /// Whether it is faster than the direct convolution: not for few channels, where the transforms cost more than they
    /// save. @param channelStride floats between neighbouring positions of the input.
    static bool pays(const Kernels& kernels, std::size_t rows, std::size_t columns, std::size_t channels,
        std::size_t channelStride, std::size_t filters);

    /// @param rows, columns of outputs, before any pooling.
    Winograd(const Kernels& kernels, std::size_t rows, std::size_t columns, std::size_t channels,
        std::size_t channelStride, std::size_t filters, int threads);

    /// Transforms kernels: those of some vectors of filters, for some channels. @param packed all, as ConvRow has them.
    void packWeights(const float* packed, IndexRange vectors, IndexRange channels);

    /// One image. @param bias for whole vectors of filters.
    void run(const WinogradSource& source, const float* bias, const Target& target, int thread) const;

    /// Floating-point operations of run().
    std::size_t flops() const;

private:
    struct Scratch {
        AlignedBuffer<float> inputs; ///< [16][tiles of a block][channels]: transformed.
        AlignedBuffer<float> sums;   ///< [16][tiles of a block][one or two vectors of filters].
    };

    void transformOutputs(
        const Target& target, IndexRange tileRows, std::size_t firstFilter, std::size_t vectors, float* sums) const;

    const Kernels& m_kernels;
    std::size_t m_channels;
    std::size_t m_channelStride;
    std::size_t m_filters;
    WinogradTiles m_tiles;
    AlignedBuffer<float> m_weights; ///< [pairs of vectors of filters][16][channels][lanes or 2 lanes].
    AlignedBuffer<float> m_noBias;
    std::vector<Scratch> m_scratch; ///< One for each thread.
};

/// The gradient of such a convolution's weights from that of its outputs, in 16 / 36 of the multiplications too.
///
/// What makes outputs of kernels is linear in them, so its transpose gives the kernels' gradient: the outputs'
/// gradient, transformed by A . A^T, times the transformed inputs, summed over tiles and images; only the sum is
/// transformed back.
class WinogradWeightSums {
public:
    WinogradWeightSums(const Kernels& kernels, std::size_t rows, std::size_t columns, std::size_t channelStride,
        std::size_t filters, std::size_t filterStride, int threads);

    /// Before the first image of a batch.
    void begin(int thread);
    /// Adds an image. @param gradient of the outputs, filters in whole vectors.
    void add(const WinogradSource& inputs, const WinogradSource& gradient, int thread);
    /// Of all threads' images, for some filters: [filters][3][3][channels]. Changes what begin() begins.
    void reduce(IndexRange filters, float* weightGradient, std::size_t filterStep, std::size_t rowStep);

    /// Floating-point operations of add().
    std::size_t flops() const;

private:
    struct Scratch {
        AlignedBuffer<float> inputs;    ///< A block's, transformed.
        AlignedBuffer<float> gradients; ///< Likewise.
        AlignedBuffer<float> sums;      ///< [16][filters][channels].
    };

    const Kernels& m_kernels;
    WinogradTiles m_tiles;
    std::size_t m_channelStride;
    std::size_t m_filters;
    std::size_t m_filterStride;
    std::vector<Scratch> m_scratch;
};

} // namespace kernelscope::cpu
