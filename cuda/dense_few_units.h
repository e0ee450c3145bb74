// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The kernels of dense layers with few units.
#pragma once

#include "cuda/dense.h"

namespace kernelscope::cuda {

/// Most units that they are for.
inline constexpr int kFewUnits = 32;

/// What they read and write, in device memory.
struct DenseFewUnits {
    int units = 0; ///< At most kFewUnits.
    int inputs = 0;
    Nonlinearity function;
    const float* weights = nullptr;        ///< [units][inputs]
    const float* bias = nullptr;           ///< [units]
    const float* input = nullptr;          ///< [images][inputs]
    float* output = nullptr;               ///< [images][units]
    const float* outputGradient = nullptr; ///< [images][units]
    float* inputGradient = nullptr;        ///< [images][inputs]; null where nobody wants it.
    DenseGradients gradients;
};

/// How many pieces the gradients come in, so that a batch fills the device: more with fewer inputs.
DenseGradients divideFewUnits(int inputs, int batchSize, int multiprocessors);

/// output = f(weights input + bias).
void launchFewUnitsForward(const DenseFewUnits& layer, int images, cudaStream_t stream);

/// All gradients, from that of the output.
void launchFewUnitsBackward(const DenseFewUnits& layer, int images, cudaStream_t stream);

} // namespace kernelscope::cuda
