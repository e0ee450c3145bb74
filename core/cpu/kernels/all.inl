// SPDX-License-Identifier: GPL-3.0-or-later
// All vector loops, for the instruction set of the file that includes this one. That file defines, before it does,
// KERNELSCOPE_LANES (floats in a vector), KERNELSCOPE_REGISTERS (vector registers), KERNELSCOPE_TABLE (name of the
// table) and KERNELSCOPE_ISA_NAME. Everything but the table is in an anonymous namespace: see kernels.h.
#include "cpu/kernels/kernels.h"

namespace kernelscope::cpu {
namespace {

#include "cpu/kernels/simd.inl"

#include "cpu/kernels/activation.inl"
#include "cpu/kernels/batch_norm.inl"
#include "cpu/kernels/conv.inl"
#include "cpu/kernels/conv_backward.inl"
#include "cpu/kernels/conv_pooled.inl"
#include "cpu/kernels/conv_windows.inl"
#include "cpu/kernels/dense.inl"
#include "cpu/kernels/dropout.inl"
#include "cpu/kernels/outer_products.inl"
#include "cpu/kernels/pool.inl"
#include "cpu/kernels/update.inl"
#include "cpu/kernels/winograd.inl"

} // namespace

const Kernels KERNELSCOPE_TABLE{
    KERNELSCOPE_ISA_NAME,
    lanes,
    convRow,
    convPooledRow,
    winogradWeights,
    winogradInput,
    winogradOutput,
    winogradPooledOutput,
    winogradGradient,
    winogradWeightGradient,
    outerProducts,
    differentiate,
    collectGradients,
    windowGradients,
    convWeightGradient,
    convInputGradient,
    maxPoolRow,
    maxPoolRowBackward,
    averagePoolRow,
    averagePoolRowBackward,
    denseForward,
    denseInputGradient,
    denseWeightGradient,
    activate,
    activateBackward,
    normSums,
    normForward,
    normGradientSums,
    normBackward,
    dropoutMask,
    applyMask,
    pixelsToFloats,
    update,
};

} // namespace kernelscope::cpu
