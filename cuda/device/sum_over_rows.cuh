// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Sums within a block, in an order that never changes.
#pragma once

#include "cuda/platform/platform.h"

namespace kernelscope::cuda {

/// Takes the block's threads as rows of `columns` neighbours, and gives every thread the sum of its column's values:
/// the lower half of the rows adds the upper half's, until one is left. With one column it is the sum over the block.
/// All threads of the block must call it.
/// @param shared a value for each thread; free again behind the block's next barrier. @param columns, and the threads
/// of the block: powers of two.
template <class T>
__device__ __forceinline__ T sumOverRows(T* shared, T value, unsigned columns) {
    const unsigned thread = threadIdx.x;
    shared[thread] = value;
    for (unsigned half = blockDim.x / 2; half >= columns; half /= 2) {
        __syncthreads();
        if (thread < half)
            shared[thread] = shared[thread] + shared[thread + half];
    }
    __syncthreads();
    return shared[thread % columns];
}

} // namespace kernelscope::cuda
