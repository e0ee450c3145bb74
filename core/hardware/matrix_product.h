// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The same matrix product in four ways, each faster than the one before: the rungs of the ladder.
#pragma once

#include "cpu/aligned_buffer.h"
#include "cpu/thread_pool.h"
#include "hardware/kernels/kernels.h"

#include <cstddef>
#include <vector>

namespace kernelscope {

/// result = left * right, all stored row by row: 2 * rows * columns * depth operations.
struct MatrixProduct {
    const float* left;  ///< [rows][depth].
    const float* right; ///< [depth][columns].
    float* result;      ///< [rows][columns]; overwritten.
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t depth = 0;

    double operations() const {
        return 2.0 * static_cast<double>(rows) * static_cast<double>(columns) * static_cast<double>(depth);
    }
};

/// As a textbook writes it: a row times a column, one number at a time.
void multiplyScalar(const MatrixProduct& product);

/// The same numbers in an order that a cache likes: block by block, along the rows. Still one number at a time.
void multiplyBlocked(const MatrixProduct& product);

/// Blocks that are packed, in vectors, on the threads of a pool.
///
/// Three sizes of block for three sizes of memory: a panel of the right factor as wide as a tile stays in the first
/// cache, a block of the left factor in the second, and the tile that is being summed up in registers (ProductTile).
class PackedProduct {
public:
    /// @param kernels whose tiles are computed. Neither is copied.
    PackedProduct(const hardware::Kernels& kernels, ThreadPool& pool);

    /// Allocates where it has not yet seen a product of this size.
    void multiply(const MatrixProduct& product);

private:
    /// One thread's own memory.
    struct Workplace {
        AlignedBuffer<float> left; ///< A packed block: [tiles][depth][tileRows].
        AlignedBuffer<float> edge; ///< A whole tile, for where the result has none.
    };

    void reserve(const MatrixProduct& product);
    void packRight(const MatrixProduct& product, IndexRange depth, int thread);
    void packLeft(const MatrixProduct& product, IndexRange depth, IndexRange rows, float* packed) const;
    void multiplyBlock(const MatrixProduct& product, IndexRange depth, IndexRange rows, Workplace& workplace) const;

    const hardware::Kernels& m_kernels;
    ThreadPool& m_pool;
    std::size_t m_blockDepth;
    std::size_t m_blockRows;      ///< Whole tiles.
    AlignedBuffer<float> m_right; ///< All columns of a stretch of depth: [panels][depth][tileColumns].
    std::vector<Workplace> m_workplaces;
};

} // namespace kernelscope
