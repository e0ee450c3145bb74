// SPDX-License-Identifier: GPL-3.0-or-later
// The sums and values of batch norm. Sums are taken in double, half a vector of floats at a time: forward a load, an
// addition and a multiply-add of each half, backward one load and a subtraction more. Values take a load (two backward),
// three or five operations and a store.

typedef float HalfInMemory __attribute__((vector_size(lanes * 2), aligned(4), may_alias));
typedef double Wide __attribute__((vector_size(lanes * 4)));
typedef double WideInMemory __attribute__((vector_size(lanes * 4), aligned(8), may_alias));

KERNELSCOPE_INLINE Wide loadWide(const float* from) {
    return __builtin_convertvector(*reinterpret_cast<const HalfInMemory*>(from), Wide);
}
KERNELSCOPE_INLINE Wide loadWide(const double* from) {
    return *reinterpret_cast<const WideInMemory*>(from);
}
KERNELSCOPE_INLINE void storeWide(double* to, Wide v) {
    *reinterpret_cast<WideInMemory*>(to) = v;
}

void normSums(const NormRow& a) {
    constexpr std::size_t half = lanes / 2;
    for (std::size_t v = 0; v < a.vectors * lanes; v += lanes) {
        Wide sums[2] = {loadWide(a.sums + v), loadWide(a.sums + v + half)};
        Wide products[2] = {loadWide(a.products + v), loadWide(a.products + v + half)};
        const float* input = a.input + v;
        for (std::size_t p = 0; p < a.positions; ++p, input += a.pixelStep)
#pragma GCC unroll 2
            for (std::size_t h = 0; h < 2; ++h) {
                const Wide x = loadWide(input + h * half);
                sums[h] += x;
                products[h] += x * x;
            }
#pragma GCC unroll 2
        for (std::size_t h = 0; h < 2; ++h) {
            storeWide(a.sums + v + h * half, sums[h]);
            storeWide(a.products + v + h * half, products[h]);
        }
    }
}

void normForward(const NormRow& a) {
    for (std::size_t v = 0; v < a.vectors * lanes; v += lanes) {
        const Vec mean = load(a.mean + v);
        const Vec scale = load(a.scale + v);
        const Vec shift = load(a.shift + v);
        for (std::size_t at = v; at < v + a.positions * a.pixelStep; at += a.pixelStep)
            store(a.output + at, (load(a.input + at) - mean) * scale + shift);
    }
}

void normGradientSums(const NormRow& a) {
    constexpr std::size_t half = lanes / 2;
    for (std::size_t v = 0; v < a.vectors * lanes; v += lanes) {
        Wide sums[2] = {loadWide(a.sums + v), loadWide(a.sums + v + half)};
        Wide products[2] = {loadWide(a.products + v), loadWide(a.products + v + half)};
        const Wide mean[2] = {loadWide(a.mean + v), loadWide(a.mean + v + half)};
        for (std::size_t at = v; at < v + a.positions * a.pixelStep; at += a.pixelStep)
#pragma GCC unroll 2
            for (std::size_t h = 0; h < 2; ++h) {
                const Wide g = loadWide(a.gradient + at + h * half);
                sums[h] += g;
                products[h] += g * (loadWide(a.input + at + h * half) - mean[h]);
            }
#pragma GCC unroll 2
        for (std::size_t h = 0; h < 2; ++h) {
            storeWide(a.sums + v + h * half, sums[h]);
            storeWide(a.products + v + h * half, products[h]);
        }
    }
}

void normBackward(const NormRow& a) {
    for (std::size_t v = 0; v < a.vectors * lanes; v += lanes) {
        const Vec mean = load(a.mean + v);
        const Vec scale = load(a.scale + v);
        const Vec shift = load(a.shift + v);
        const Vec factor = load(a.factor + v);
        for (std::size_t at = v; at < v + a.positions * a.pixelStep; at += a.pixelStep)
            store(a.output + at, load(a.gradient + at) * scale - (load(a.input + at) - mean) * factor - shift);
    }
}
