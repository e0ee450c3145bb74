// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 512 bits with fused multiply-add. Compiled with -mavx512f and its usual companions.
#define KERNELSCOPE_LANES 16
#define KERNELSCOPE_REGISTERS 32
#define KERNELSCOPE_TABLE avx512Kernels
#define KERNELSCOPE_ISA_NAME "AVX-512"
#include "hardware/kernels/all.inl"
