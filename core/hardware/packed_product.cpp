// SPDX-License-Identifier: GPL-3.0-or-later
// K. Goto, R. van de Geijn: Anatomy of High-Performance Matrix Multiplication, 2008; the loops as BLIS has them.
#include "hardware/matrix_product.h"

#include <algorithm>

namespace kernelscope {
namespace {

/// A panel of the right factor, as wide as a tile: three quarters of the smallest first cache there is.
constexpr std::size_t panelBytes = 24 << 10;
/// A block of the left factor, about: it shares the second cache with a panel and what passes through. Each panel is
/// read once for all of its rows.
constexpr std::size_t blockBytes = 288 << 10;

std::size_t roundUp(std::size_t value, std::size_t unit) {
    return (value + unit - 1) / unit * unit;
}

} // namespace

PackedProduct::PackedProduct(const hardware::Kernels& kernels, ThreadPool& pool)
    : m_kernels(kernels),
      m_pool(pool),
      m_blockDepth(panelBytes / (kernels.tileColumns * sizeof(float))),
      m_blockRows(roundUp(blockBytes / (m_blockDepth * sizeof(float)), kernels.tileRows)) {}

void PackedProduct::reserve(const MatrixProduct& product) {
    const std::size_t depth = std::min(product.depth, m_blockDepth);
    const std::size_t right = roundUp(product.columns, m_kernels.tileColumns) * depth;
    if (m_right.size() < right)
        m_right = AlignedBuffer<float>(right);
    if (m_workplaces.empty())
        for (int thread = 0; thread < m_pool.threads(); ++thread)
            m_workplaces.push_back({AlignedBuffer<float>(m_blockRows * m_blockDepth),
                AlignedBuffer<float>(m_kernels.tileRows * m_kernels.tileColumns)});
}

void PackedProduct::multiply(const MatrixProduct& product) {
    reserve(product);
    m_pool.run([&](int thread) {
        // Rows are shared out by whole tiles.
        const std::size_t tiles = roundUp(product.rows, m_kernels.tileRows) / m_kernels.tileRows;
        const IndexRange share = partition(tiles, thread, m_pool.threads());
        const std::size_t firstRow = share.begin * m_kernels.tileRows;
        const std::size_t lastRow = std::min(share.end * m_kernels.tileRows, product.rows);
        std::fill(product.result + firstRow * product.columns, product.result + lastRow * product.columns, 0.0f);
        for (std::size_t first = 0; first < product.depth; first += m_blockDepth) {
            const IndexRange depth{first, std::min(first + m_blockDepth, product.depth)};
            packRight(product, depth, thread);
            m_pool.barrier(); // every thread needs all of it
            for (std::size_t row = firstRow; row < lastRow; row += m_blockRows)
                multiplyBlock(product, depth, {row, std::min(row + m_blockRows, lastRow)},
                    m_workplaces[static_cast<std::size_t>(thread)]);
            m_pool.barrier(); // before it is overwritten
        }
    });
}

/// A share of the right factor's panels: [panel][depth][tileColumns], zeros behind the last column.
void PackedProduct::packRight(const MatrixProduct& product, IndexRange depth, int thread) {
    const std::size_t width = m_kernels.tileColumns;
    const std::size_t panels = roundUp(product.columns, width) / width;
    const IndexRange share = partition(panels, thread, m_pool.threads());
    for (std::size_t panel = share.begin; panel < share.end; ++panel) {
        const std::size_t column = panel * width;
        const std::size_t there = std::min(width, product.columns - column);
        float* to = m_right.data() + panel * width * depth.count();
        for (std::size_t p = depth.begin; p < depth.end; ++p, to += width) {
            std::copy_n(product.right + p * product.columns + column, there, to);
            std::fill(to + there, to + width, 0.0f);
        }
    }
}

/// A block of the left factor: [tile][depth][tileRows], zeros below the last row.
void PackedProduct::packLeft(const MatrixProduct& product, IndexRange depth, IndexRange rows, float* packed) const {
    const std::size_t height = m_kernels.tileRows;
    for (std::size_t first = rows.begin; first < rows.end; first += height, packed += height * depth.count()) {
        const std::size_t there = std::min(height, rows.end - first);
        const float* from = product.left + first * product.depth + depth.begin;
        for (std::size_t p = 0; p < depth.count(); ++p) {
            float* to = packed + p * height;
            for (std::size_t row = 0; row < there; ++row)
                to[row] = from[row * product.depth + p];
            std::fill(to + there, to + height, 0.0f);
        }
    }
}

/// A block of the left factor times all panels of the right one, added to the result.
void PackedProduct::multiplyBlock(
    const MatrixProduct& product, IndexRange depth, IndexRange rows, Workplace& workplace) const {
    const std::size_t height = m_kernels.tileRows;
    const std::size_t width = m_kernels.tileColumns;
    packLeft(product, depth, rows, workplace.left.data());
    const float* right = m_right.data();
    for (std::size_t column = 0; column < product.columns; column += width, right += width * depth.count()) {
        const float* left = workplace.left.data();
        for (std::size_t row = rows.begin; row < rows.end; row += height, left += height * depth.count()) {
            float* result = product.result + row * product.columns + column;
            const std::size_t columnsThere = std::min(width, product.columns - column);
            const std::size_t rowsThere = std::min(height, rows.end - row);
            if (columnsThere == width && rowsThere == height) {
                m_kernels.productTile({left, right, result, product.columns, depth.count()});
                continue;
            }
            // At the right and lower edge a whole tile is computed beside the result, and what is there is added to it.
            std::fill_n(workplace.edge.data(), height * width, 0.0f);
            m_kernels.productTile({left, right, workplace.edge.data(), width, depth.count()});
            for (std::size_t i = 0; i < rowsThere; ++i)
                for (std::size_t j = 0; j < columnsThere; ++j)
                    result[i * product.columns + j] += workplace.edge.data()[i * width + j];
        }
    }
}

} // namespace kernelscope
