// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which instruction set the machine's speed is measured with.
#pragma once

#include "hardware/kernels/kernels.h"

namespace kernelscope::hardware {

/// The loops of the instruction set that the CPU backend uses, see cpu::selectKernels(), which also says what is
/// thrown.
const Kernels& selectKernels();

} // namespace kernelscope::hardware
