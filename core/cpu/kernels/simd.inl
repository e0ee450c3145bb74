// SPDX-License-Identifier: GPL-3.0-or-later
// A vector of floats, by the compiler's vector extensions: the loops that use it are written once for all instruction
// sets. Included inside an anonymous namespace of an instruction set's file, which defines KERNELSCOPE_LANES and
// KERNELSCOPE_REGISTERS.
//
// Nothing here may come from the standard library: see kernels.h. A product and sum become one fused multiply-add where
// the file is compiled with -ffp-contract=fast.

constexpr std::size_t lanes = KERNELSCOPE_LANES;
constexpr std::size_t registers = KERNELSCOPE_REGISTERS;

typedef float Vec __attribute__((vector_size(lanes * 4)));
typedef std::int32_t IntVec __attribute__((vector_size(lanes * 4)));
typedef float VecInMemory __attribute__((vector_size(lanes * 4), aligned(4), may_alias));
typedef std::int32_t IntVecInMemory __attribute__((vector_size(lanes * 4), aligned(4), may_alias));

#define KERNELSCOPE_INLINE inline __attribute__((always_inline))

KERNELSCOPE_INLINE Vec load(const float* from) {
    return *reinterpret_cast<const VecInMemory*>(from);
}
KERNELSCOPE_INLINE IntVec load(const std::int32_t* from) {
    return *reinterpret_cast<const IntVecInMemory*>(from);
}
KERNELSCOPE_INLINE void store(float* to, Vec v) {
    *reinterpret_cast<VecInMemory*>(to) = v;
}
KERNELSCOPE_INLINE void store(std::int32_t* to, IntVec v) {
    *reinterpret_cast<IntVecInMemory*>(to) = v;
}
KERNELSCOPE_INLINE Vec broadcast(float value) {
    return value - Vec{};
}
KERNELSCOPE_INLINE IntVec broadcast(std::int32_t value) {
    return value - IntVec{};
}

/// Sum of the lanes, in halves.
KERNELSCOPE_INLINE float sum(Vec v) {
#pragma GCC unroll 8
    for (std::size_t half = lanes / 2; half > 0; half /= 2) {
        IntVec other{};
#pragma GCC unroll 16
        for (std::size_t i = 0; i < lanes; ++i)
            other[i] = static_cast<std::int32_t>(i ^ half);
        v += __builtin_shuffle(v, other);
    }
    return v[0];
}

/// The first `count` lanes, zeros in the others.
KERNELSCOPE_INLINE Vec firstLanes(Vec v, std::size_t count) {
    IntVec index{};
#pragma GCC unroll 16
    for (std::size_t i = 0; i < lanes; ++i)
        index[i] = static_cast<std::int32_t>(i);
    return index < static_cast<std::int32_t>(count) ? v : Vec{};
}

/// Cuts `count` things into pieces of at most `most`, as even as can be: the size of the next piece.
KERNELSCOPE_INLINE std::size_t nextPiece(std::size_t count, std::size_t most) {
    const std::size_t pieces = (count + most - 1) / most;
    return (count + pieces - 1) / pieces;
}
