// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/winograd.h"

#include "cpu/layout.h"

#include <algorithm>

namespace kernelscope::cpu {
namespace {

constexpr std::size_t matrices = 16;
/// The only of the 16 sums that goes into all four outputs, and with a plus: the place for the bias.
constexpr std::size_t biasMatrix = 5;
/// Tiles of a block, unless a row has more: their transformed inputs fit the second-level cache for up to 128 channels.
constexpr std::size_t blockTiles = 32;

std::size_t halfOf(std::size_t count) {
    return (count + 1) / 2;
}

} // namespace

bool Winograd::pays(const Kernels& kernels, std::size_t rows, std::size_t columns, std::size_t channels,
    std::size_t channelStride, std::size_t filters) {
    if (channelStride % kernels.lanes != 0)
        return false;
    // In vector instructions, of which two multiply-adds, or a load and a store, go into a cycle. Each transform costs
    // about 32 of them for every tile and vector; that edge tiles reach beyond the image, and shorter loops, cost some
    // more.
    const std::size_t tiles = halfOf(rows) * halfOf(columns);
    const std::size_t filterVectors = roundUp(filters, kernels.lanes) / kernels.lanes;
    const std::size_t direct = rows * columns * 9 * channels * filterVectors;
    const std::size_t transforms = 32 * (channelStride / kernels.lanes + filterVectors);
    return 5 * tiles * (matrices * channels * filterVectors + transforms) < 4 * direct;
}

Winograd::Winograd(const Kernels& kernels, std::size_t rows, std::size_t columns, std::size_t channels,
    std::size_t channelStride, std::size_t filters, int threads)
    : m_kernels(kernels),
      m_rows(rows),
      m_columns(columns),
      m_channels(channels),
      m_channelStride(channelStride),
      m_filters(filters),
      m_tiles(halfOf(columns)),
      m_tileRows(halfOf(rows)),
      m_blockRows(std::clamp<std::size_t>(blockTiles / m_tiles, 1, m_tileRows)),
      m_weights(matrices * channels * roundUp(filters, kernels.lanes)),
      m_noBias(2 * kernels.lanes) {
    const std::size_t tiles = m_blockRows * m_tiles;
    for (int thread = 0; thread < threads; ++thread)
        m_scratch.push_back({AlignedBuffer<float>(matrices * tiles * channelStride),
            AlignedBuffer<float>(matrices * tiles * 2 * kernels.lanes)});
}

void Winograd::packWeights(const float* packed, IndexRange vectors, IndexRange channels) {
    const std::size_t lanes = m_kernels.lanes;
    const std::size_t all = roundUp(m_filters, lanes) / lanes;
    for (std::size_t vector = vectors.begin; vector < vectors.end; ++vector) {
        const std::size_t pair = vector / 2 * 2;
        const std::size_t within = (vector - pair) * lanes;
        WinogradWeights weights{};
        weights.weights = packed + pair * lanes * 9 * m_channels + within;
        weights.output = m_weights.data() + pair * lanes * matrices * m_channels + within;
        weights.channels = m_channels;
        weights.firstChannel = channels.begin;
        weights.lastChannel = channels.end;
        weights.step = all - pair > 1 ? 2 * lanes : lanes;
        weights.matrixStep = m_channels * weights.step;
        m_kernels.winogradWeights(weights);
    }
}

void Winograd::run(const Source& source, const float* bias, const Target& target, int thread) const {
    const Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const std::size_t lanes = m_kernels.lanes;
    for (std::size_t top = 0; top < m_tileRows; top += m_blockRows) {
        const IndexRange tileRows{top, std::min(top + m_blockRows, m_tileRows)};
        transformInputs(source, tileRows, scratch.inputs.data());
        ConvRow product{};
        product.kernel = 1;
        product.channels = m_channels;
        product.columnStep = product.pixelStep = m_channelStride;
        product.columns = tileRows.count() * m_tiles;
        // Two vectors of filters at a time: a matrix of their kernels stays in the first-level cache for all tiles.
        for (std::size_t first = 0; first < m_filters; first += 2 * lanes) {
            product.vectors = m_filters - first > lanes ? 2 : 1;
            product.outputStep = product.vectors * lanes;
            for (std::size_t k = 0; k < matrices; ++k) {
                product.input = scratch.inputs.data() + k * product.columns * m_channelStride;
                product.weights = m_weights.data() + (first * matrices + k * product.outputStep) * m_channels;
                product.bias = k == biasMatrix ? bias + first : m_noBias.data();
                product.output = scratch.sums.data() + k * product.columns * product.outputStep;
                m_kernels.convRow(product);
            }
            transformOutputs(target, tileRows, first, product.vectors, scratch.sums.data());
        }
    }
}

void Winograd::transformInputs(const Source& source, IndexRange tileRows, float* inputs) const {
    WinogradInput row{};
    row.rowStep = source.rowStep;
    row.pixelStep = source.pixelStep;
    row.columns = m_columns + 2;
    row.tiles = m_tiles;
    row.vectors = m_channelStride / m_kernels.lanes;
    row.matrixStep = tileRows.count() * m_tiles * m_channelStride;
    for (std::size_t y = tileRows.begin; y < tileRows.end; ++y) {
        row.input = source.values + 2 * y * source.rowStep;
        row.rows = std::min<std::size_t>(4, m_rows + 2 - 2 * y);
        row.output = inputs + (y - tileRows.begin) * m_tiles * m_channelStride;
        m_kernels.winogradInput(row);
    }
}

void Winograd::transformOutputs(
    const Target& target, IndexRange tileRows, std::size_t firstFilter, std::size_t vectors, float* sums) const {
    const std::size_t width = vectors * m_kernels.lanes;
    WinogradOutput row{};
    row.matrixStep = tileRows.count() * m_tiles * width;
    row.tiles = m_tiles;
    row.vectors = vectors;
    row.function = target.function;
    row.outputStep = row.argumentStep = target.pixelStep;
    row.rowStep = target.rowStep;
    row.columns = m_columns;
    row.rowOffset = target.inputRowStep;
    row.columnOffset = target.inputPixelStep;
    for (std::size_t y = tileRows.begin; y < tileRows.end; ++y) {
        row.products = sums + (y - tileRows.begin) * m_tiles * width;
        if (target.arguments) {
            row.output = target.values + y * target.rowStep + firstFilter;
            row.arguments = target.arguments + y * target.argumentRowStep + firstFilter;
            row.firstOffset = static_cast<std::int32_t>(2 * y) * row.rowOffset;
            m_kernels.winogradPooledOutput(row);
        } else {
            row.output = target.values + 2 * y * target.rowStep + firstFilter;
            row.rows = std::min<std::size_t>(2, m_rows - 2 * y);
            m_kernels.winogradOutput(row);
        }
    }
}

std::size_t Winograd::flops() const {
    const std::size_t additions = 32 * m_channels + 24 * m_filters;
    return m_tileRows * m_tiles * (2 * matrices * m_channels * m_filters + additions);
}

} // namespace kernelscope::cpu
