// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The vector loops of the CPU backend, as plain functions over plain structs: they are compiled once for each
/// instruction set, and called through a table that is picked at run time.
///
/// This header and those that it includes must stay free of functions, constructors and default values: what they
/// defined would be emitted by every instruction set's file, and the linker would keep any one of them, such as the one
/// that an older machine cannot run.
#pragma once

#include "cpu/kernels/conv_arguments.h"
#include "cpu/kernels/functions.h"
#include "cpu/kernels/layer_arguments.h"
#include "cpu/kernels/pool_arguments.h"
#include "cpu/kernels/update_arguments.h"
#include "cpu/kernels/winograd_arguments.h"

#include <cstddef>
#include <cstdint>

namespace kernelscope::cpu {

/// What one instruction set offers.
struct Kernels {
    const char* name;  ///< "AVX-512".
    std::size_t lanes; ///< Floats in a vector.

    void (*convRow)(const ConvRow&);
    void (*convPooledRow)(const ConvPooledRow&);
    void (*winogradWeights)(const WinogradWeights&);
    void (*winogradInput)(const WinogradInput&);
    void (*winogradOutput)(const WinogradOutput&);
    void (*winogradPooledOutput)(const WinogradOutput&);
    void (*winogradGradient)(const WinogradGradient&);
    void (*winogradWeightGradient)(const WinogradWeightGradient&);
    void (*outerProducts)(const OuterProducts&);
    void (*differentiate)(const CollectGradients&); ///< Only what it says of `gradient` and `biasGradient`.
    void (*collectGradients)(const CollectGradients&);
    void (*windowGradients)(const WindowGradients&);
    void (*convWeightGradient)(const ConvWeightGradient&);
    void (*convInputGradient)(const ConvInputGradient&);
    void (*maxPoolRow)(const MaxPoolRow&);
    void (*maxPoolRowBackward)(const MaxPoolRowBackward&);
    void (*averagePoolRow)(const AveragePoolRow&);
    void (*averagePoolRowBackward)(const AveragePoolRow&);
    void (*denseForward)(const DenseMatrices&);
    void (*denseInputGradient)(const DenseMatrices&);
    void (*denseWeightGradient)(const DenseMatrices&);
    /// out = f(in), count a multiple of the lanes; in place is fine.
    void (*activate)(Nonlinearity, const float* in, float* out, std::size_t count);
    /// inGradient = outGradient * f'(in), told from out = f(in); in place is fine.
    void (*activateBackward)(
        Nonlinearity, const float* out, const float* outGradient, float* inGradient, std::size_t count);
    /// sums += input, products += input^2.
    void (*normSums)(const NormRow&);
    /// output = (input - mean) * scale + shift.
    void (*normForward)(const NormRow&);
    /// sums += gradient, products += gradient * (input - mean).
    void (*normGradientSums)(const NormRow&);
    /// output = scale * gradient - factor * (input - mean) - shift.
    void (*normBackward)(const NormRow&);
    void (*dropoutMask)(const DropoutMask&);
    /// out[i] = kept[i] ? in[i] * scale : 0; in place is fine.
    void (*applyMask)(const std::uint8_t* kept, float scale, const float* in, float* out, std::size_t count);
    /// out[i] = pixel / 255, for images of one channel.
    void (*pixelsToFloats)(const std::uint8_t* pixels, float* out, std::size_t count);
    void (*update)(const Update&);
};

extern const Kernels portableKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

} // namespace kernelscope::cpu
