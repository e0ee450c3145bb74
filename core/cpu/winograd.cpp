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
constexpr std::size_t mostBlockTiles = 32;

std::size_t halfOf(std::size_t count) {
    return (count + 1) / 2;
}

} // namespace

WinogradTiles::WinogradTiles(std::size_t outputRows, std::size_t outputColumns)
    : rows(outputRows),
      columns(outputColumns),
      tileRows(halfOf(outputRows)),
      tilesInRow(halfOf(outputColumns)),
      blockRows(std::clamp<std::size_t>(mostBlockTiles / tilesInRow, 1, tileRows)) {}

void WinogradTiles::transformInputs(
    const Kernels& kernels, const WinogradSource& source, IndexRange rowsOfTiles, float* inputs) const {
    WinogradInput row{};
    row.rowStep = source.rowStep;
    row.pixelStep = source.pixelStep;
    row.columns = columns + 2;
    row.tiles = tilesInRow;
    row.vectors = source.pixelStep / kernels.lanes;
    row.matrixStep = matrixStep(source.pixelStep);
    for (std::size_t y = rowsOfTiles.begin; y < rowsOfTiles.end; ++y) {
        row.input = source.values + 2 * y * source.rowStep;
        row.rows = std::min<std::size_t>(4, rows + 2 - 2 * y);
        row.output = inputs + (y - rowsOfTiles.begin) * tilesInRow * source.pixelStep;
        kernels.winogradInput(row);
    }
}

void WinogradTiles::transformGradients(
    const Kernels& kernels, const WinogradSource& source, IndexRange rowsOfTiles, float* gradients) const {
    WinogradGradient row{};
    row.rowStep = source.rowStep;
    row.pixelStep = source.pixelStep;
    row.columns = columns;
    row.tiles = tilesInRow;
    row.vectors = source.pixelStep / kernels.lanes;
    row.matrixStep = matrixStep(source.pixelStep);
    for (std::size_t y = rowsOfTiles.begin; y < rowsOfTiles.end; ++y) {
        row.gradient = source.values + 2 * y * source.rowStep;
        row.rows = std::min<std::size_t>(2, rows - 2 * y);
        row.output = gradients + (y - rowsOfTiles.begin) * tilesInRow * source.pixelStep;
        kernels.winogradGradient(row);
    }
}

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
      m_channels(channels),
      m_channelStride(channelStride),
      m_filters(filters),
      m_tiles(rows, columns),
      m_weights(matrices * channels * roundUp(filters, kernels.lanes)),
      m_noBias(2 * kernels.lanes) {
    for (int thread = 0; thread < threads; ++thread)
        m_scratch.push_back({AlignedBuffer<float>(matrices * m_tiles.matrixStep(channelStride)),
            AlignedBuffer<float>(matrices * m_tiles.matrixStep(2 * kernels.lanes))});
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

void Winograd::run(const WinogradSource& source, const float* bias, const Target& target, int thread) const {
    const Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    const std::size_t lanes = m_kernels.lanes;
    for (std::size_t top = 0; top < m_tiles.tileRows; top += m_tiles.blockRows) {
        const IndexRange tileRows{top, std::min(top + m_tiles.blockRows, m_tiles.tileRows)};
        m_tiles.transformInputs(m_kernels, source, tileRows, scratch.inputs.data());
        ConvRow product{};
        product.kernel = 1;
        product.channels = m_channels;
        product.columnStep = product.pixelStep = m_channelStride;
        product.columns = tileRows.count() * m_tiles.tilesInRow;
        // Two vectors of filters at a time: a matrix of their kernels stays in the first-level cache for all tiles.
        for (std::size_t first = 0; first < m_filters; first += 2 * lanes) {
            product.vectors = m_filters - first > lanes ? 2 : 1;
            product.outputStep = product.vectors * lanes;
            for (std::size_t k = 0; k < matrices; ++k) {
                product.input = scratch.inputs.data() + k * m_tiles.matrixStep(m_channelStride);
                product.weights = m_weights.data() + (first * matrices + k * product.outputStep) * m_channels;
                product.bias = k == biasMatrix ? bias + first : m_noBias.data();
                product.output = scratch.sums.data() + k * m_tiles.matrixStep(product.outputStep);
                m_kernels.convRow(product);
            }
            transformOutputs(target, tileRows, first, product.vectors, scratch.sums.data());
        }
    }
}

void Winograd::transformOutputs(
    const Target& target, IndexRange tileRows, std::size_t firstFilter, std::size_t vectors, float* sums) const {
    const std::size_t width = vectors * m_kernels.lanes;
    WinogradOutput row{};
    row.matrixStep = m_tiles.matrixStep(width);
    row.tiles = m_tiles.tilesInRow;
    row.vectors = vectors;
    row.function = target.function;
    row.outputStep = row.argumentStep = target.pixelStep;
    row.rowStep = target.rowStep;
    row.columns = m_tiles.columns;
    row.rowOffset = target.inputRowStep;
    row.columnOffset = target.inputPixelStep;
    for (std::size_t y = tileRows.begin; y < tileRows.end; ++y) {
        row.products = sums + (y - tileRows.begin) * m_tiles.tilesInRow * width;
        if (target.arguments) {
            row.output = target.values + y * target.rowStep + firstFilter;
            row.arguments = target.arguments + y * target.argumentRowStep + firstFilter;
            row.firstOffset = static_cast<std::int32_t>(2 * y) * row.rowOffset;
            m_kernels.winogradPooledOutput(row);
        } else {
            row.output = target.values + 2 * y * target.rowStep + firstFilter;
            row.rows = std::min<std::size_t>(2, m_tiles.rows - 2 * y);
            m_kernels.winogradOutput(row);
        }
    }
}

std::size_t Winograd::flops() const {
    const std::size_t additions = 32 * m_channels + 24 * m_filters;
    return m_tiles.tileRows * m_tiles.tilesInRow * (2 * matrices * m_channels * m_filters + additions);
}

WinogradWeightSums::WinogradWeightSums(const Kernels& kernels, std::size_t rows, std::size_t columns,
    std::size_t channelStride, std::size_t filters, std::size_t filterStride, int threads)
    : m_kernels(kernels),
      m_tiles(rows, columns),
      m_channelStride(channelStride),
      m_filters(filters),
      m_filterStride(filterStride) {
    for (int thread = 0; thread < threads; ++thread)
        m_scratch.push_back({AlignedBuffer<float>(matrices * m_tiles.matrixStep(channelStride)),
            AlignedBuffer<float>(matrices * m_tiles.matrixStep(filterStride)),
            AlignedBuffer<float>(matrices * filters * channelStride)});
}

void WinogradWeightSums::begin(int thread) {
    const AlignedBuffer<float>& sums = m_scratch[static_cast<std::size_t>(thread)].sums;
    std::fill_n(sums.data(), sums.size(), 0.0f);
}

void WinogradWeightSums::add(const WinogradSource& inputs, const WinogradSource& gradient, int thread) {
    const Scratch& scratch = m_scratch[static_cast<std::size_t>(thread)];
    for (std::size_t top = 0; top < m_tiles.tileRows; top += m_tiles.blockRows) {
        const IndexRange tileRows{top, std::min(top + m_tiles.blockRows, m_tiles.tileRows)};
        m_tiles.transformInputs(m_kernels, inputs, tileRows, scratch.inputs.data());
        m_tiles.transformGradients(m_kernels, gradient, tileRows, scratch.gradients.data());
        OuterProducts products{};
        products.leftStep = m_filterStride;
        products.rightStep = products.sumStep = m_channelStride;
        products.count = tileRows.count() * m_tiles.tilesInRow;
        products.rows = m_filters;
        products.vectors = m_channelStride / m_kernels.lanes;
        for (std::size_t k = 0; k < matrices; ++k) {
            products.left = scratch.gradients.data() + k * m_tiles.matrixStep(m_filterStride);
            products.right = scratch.inputs.data() + k * m_tiles.matrixStep(m_channelStride);
            products.sums = scratch.sums.data() + k * m_filters * m_channelStride;
            m_kernels.outerProducts(products);
        }
    }
}

void WinogradWeightSums::reduce(
    IndexRange filters, float* weightGradient, std::size_t filterStep, std::size_t rowStep) {
    float* all = m_scratch[0].sums.data();
    const std::size_t matrixStep = m_filters * m_channelStride;
    // Always in the threads' order, so that a sum is the same whoever comes first.
    for (std::size_t thread = 1; thread < m_scratch.size(); ++thread)
        for (std::size_t k = 0; k < matrices; ++k) {
            const float* __restrict from = m_scratch[thread].sums.data() + k * matrixStep;
            float* __restrict to = all + k * matrixStep;
            for (std::size_t i = filters.begin * m_channelStride; i < filters.end * m_channelStride; ++i)
                to[i] += from[i];
        }
    WinogradWeightGradient filter{};
    filter.matrixStep = matrixStep;
    filter.vectors = m_channelStride / m_kernels.lanes;
    filter.rowStep = rowStep;
    for (std::size_t o = filters.begin; o < filters.end; ++o) {
        filter.transformed = all + o * m_channelStride;
        filter.weightGradient = weightGradient + o * filterStep;
        m_kernels.winogradWeightGradient(filter);
    }
}

std::size_t WinogradWeightSums::flops() const {
    const std::size_t additions = 32 * m_channelStride + 12 * m_filters;
    return m_tiles.tileRows * m_tiles.tilesInRow * (2 * matrices * m_channelStride * m_filters + additions);
}

} // namespace kernelscope::cpu
