// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 128 bits, which every 64-bit x86 and ARM machine has (SSE2, NEON).
#define KERNELSCOPE_LANES 4
#define KERNELSCOPE_REGISTERS 16
#define KERNELSCOPE_TABLE portableKernels
#define KERNELSCOPE_ISA_NAME "portable"
#include "hardware/kernels/all.inl"
