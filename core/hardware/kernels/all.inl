// SPDX-License-Identifier: GPL-3.0-or-later
// The loops of hardware/kernels/, for the instruction set of the file that includes this one; see cpu/kernels/all.inl
// for what that file defines.
#include "hardware/kernels/kernels.h"

#include <cstdint>

namespace kernelscope::hardware {
namespace {

#include "cpu/kernels/simd.inl"

#include "hardware/kernels/multiply_add.inl"
#include "hardware/kernels/product_tile.inl"

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
constexpr bool fused = true;
#else
constexpr bool fused = false;
#endif

} // namespace

const Kernels KERNELSCOPE_TABLE{
    KERNELSCOPE_ISA_NAME,
    lanes,
    chains,
    tileRows,
    tileVectors* lanes,
    fused,
    multiplyAdd,
    productTile,
};

} // namespace kernelscope::hardware
