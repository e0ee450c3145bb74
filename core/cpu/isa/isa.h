// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which instruction set the CPU backend uses.
#pragma once

#include "cpu/kernels/kernels.h"

#include <string>
#include <vector>

namespace kernelscope::cpu {

/// Names of the instruction sets that this machine can run, the least first: "portable", "avx2", "avx512".
std::vector<std::string> availableIsas();

/// The kernels of the best instruction set that this machine can run, or of the one that the environment variable
/// KERNELSCOPE_ISA names. Throws Error when that one is unknown here.
const Kernels& selectKernels();

} // namespace kernelscope::cpu
