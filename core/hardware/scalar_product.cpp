// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled without vector instructions: what these say of themselves, one number at a time, shall be true.
#include "hardware/matrix_product.h"

#include <algorithm>

namespace kernelscope {

// Each sum must wait for the one before it, and each step down a column of the right factor meets another cache line,
// of which one number is used.
void multiplyScalar(const MatrixProduct& product) {
    const auto [left, right, result, rows, columns, depth] = product;
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
            float sum = 0;
            for (std::size_t p = 0; p < depth; ++p)
                sum += left[i * depth + p] * right[p * columns + j];
            result[i * columns + j] = sum;
        }
}

// A block of the right factor of 16 KB stays in the first cache while all rows of the left pass by it. The innermost
// loop goes along rows, where every number of a cache line is used, and its sums do not wait for each other.
void multiplyBlocked(const MatrixProduct& product) {
    constexpr std::size_t blockDepth = 32;
    constexpr std::size_t blockColumns = 128;
    const auto [left, right, result, rows, columns, depth] = product;
    std::fill_n(result, rows * columns, 0.0f);
    for (std::size_t firstDepth = 0; firstDepth < depth; firstDepth += blockDepth)
        for (std::size_t firstColumn = 0; firstColumn < columns; firstColumn += blockColumns) {
            const std::size_t lastDepth = std::min(depth, firstDepth + blockDepth);
            const std::size_t lastColumn = std::min(columns, firstColumn + blockColumns);
            for (std::size_t i = 0; i < rows; ++i)
                for (std::size_t p = firstDepth; p < lastDepth; ++p) {
                    const float factor = left[i * depth + p];
                    for (std::size_t j = firstColumn; j < lastColumn; ++j)
                        result[i * columns + j] += factor * right[p * columns + j];
                }
        }
}

} // namespace kernelscope
