// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The one table of networks on which devices are compared with the reference: it drives the gradient, parity and
/// fusion tests of every backend, and "Check this device". A new layer is tested everywhere by adding rows here.
#pragma once

#include "network/network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace kernelscope {

/// One row of the table.
struct LayerCase {
    std::string name; ///< "conv 3x3 stride 2 padding 1, 5x7x9 to 4".
    Network network;
    int batch = 3; ///< Images in a training step.
    std::uint64_t seed = 1;
    int loadedFor = 0; ///< Batch size that a device is loaded for, where it is larger: the batch is a partial one.
};

/// Convolutions of every kind: kernels 1 to 7, strides 1 to 3, paddings 0 to kernel - 1, square and not, channel and
/// filter counts on both sides of vector widths, outputs down to 1x1.
std::vector<LayerCase> convolutionCases();

/// Pooling of every kind: sizes 1 to 4, strides smaller than, equal to and larger than the window, with rows and
/// columns left over; behind a convolution, so that gradients flow through it.
std::vector<LayerCase> poolingCases();

/// Dense layers, activations, fused stacks and whole networks.
std::vector<LayerCase> stackCases();

/// Leaky ReLU, sigmoid, dropout and batch norm: alone, between others, in epilogues, at both ends.
std::vector<LayerCase> regularizationCases();

/// What is large in one direction: images, filters, channels, batches.
std::vector<LayerCase> sizeCases();

/// The whole table.
std::vector<LayerCase> layerCases();

} // namespace kernelscope
