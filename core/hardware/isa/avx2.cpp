// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 256 bits with fused multiply-add. Compiled with -mavx2 -mfma.
#define KERNELSCOPE_LANES 8
#define KERNELSCOPE_REGISTERS 16
#define KERNELSCOPE_TABLE avx2Kernels
#define KERNELSCOPE_ISA_NAME "AVX2"
#include "hardware/kernels/all.inl"
