// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From the data set's pixels to what the first step reads.
#pragma once

#include "cpu/step.h"

#include <cstdint>
#include <span>

namespace kernelscope::cpu {

/// Writes an image into a slot of the first edge: pixel / 255, from CHW into the edge's layout.
void pixelsToEdge(
    const Kernels& kernels, std::span<const std::uint8_t> pixels, const Edge& edge, std::size_t slot, int thread);

} // namespace kernelscope::cpu
