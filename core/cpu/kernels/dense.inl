// SPDX-License-Identifier: GPL-3.0-or-later
// The three matrix products of a dense layer. All of them run along the inputs, which are contiguous in weights, inputs
// and both gradients, so nothing is ever transposed. A tile of R x V sums stays in registers: for R * V multiply-adds of
// vectors it takes R + V loads (forward), or R broadcasts and V loads (both gradients). With R = 4 images, or units, and
// V = 2, or 4 where there are 32 registers, that is 6 for 8, or 8 for 16.

constexpr std::size_t denseRows = 4;                         // images, or units, in a tile
constexpr std::size_t denseVectors = registers > 16 ? 4 : 2; // vectors of inputs, or units, in a tile

/// output[r][u] = bias[u] + input[r] . weights[u] for R images and U units: R x U running sums.
template <std::size_t R, std::size_t U>
void denseForwardTile(const DenseMatrices& a, std::size_t image, std::size_t unit) {
    const float* x = a.input + image * a.inputStride;
    const float* weights = a.weights + unit * a.inputStride;
    Vec sums[R][U] = {};
    for (std::size_t k = 0; k < a.inputStride; k += lanes) {
        Vec values[R];
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r)
            values[r] = load(x + r * a.inputStride + k);
#pragma GCC unroll 4
        for (std::size_t u = 0; u < U; ++u) {
            const Vec w = load(weights + u * a.inputStride + k);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < R; ++r)
                sums[r][u] += values[r] * w;
        }
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (std::size_t u = 0; u < U; ++u)
            a.output[(image + r) * a.outputStride + unit + u] = a.bias[unit + u] + sum(sums[r][u]);
}

template <std::size_t R>
void denseForwardRows(const DenseMatrices& a, std::size_t image) {
    std::size_t unit = 0;
    for (; unit + denseVectors <= a.units; unit += denseVectors)
        denseForwardTile<R, denseVectors>(a, image, unit);
    for (; unit < a.units; ++unit)
        denseForwardTile<R, 1>(a, image, unit);
}

void denseForward(const DenseMatrices& a) {
    std::size_t image = 0;
    for (; image + denseRows <= a.images; image += denseRows)
        denseForwardRows<denseRows>(a, image);
    for (; image < a.images; ++image)
        denseForwardRows<1>(a, image);
}

/// inputGradient[r][k..] = sum over the units of outputGradient[r][unit] * weights[unit][k..], for R images, V vectors.
template <std::size_t R, std::size_t V>
KERNELSCOPE_INLINE void denseInputGradientTile(const DenseMatrices& a, std::size_t image, std::size_t k) {
    const float* gradient = a.outputGradient + image * a.outputStride;
    Vec sums[R][V] = {};
    for (std::size_t unit = 0; unit < a.units; ++unit) {
        Vec w[V];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v)
            w[v] = load(a.weights + unit * a.inputStride + k + v * lanes);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r) {
            const Vec g = broadcast(gradient[r * a.outputStride + unit]);
#pragma GCC unroll 4
            for (std::size_t v = 0; v < V; ++v)
                sums[r][v] += g * w[v];
        }
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v)
            store(a.inputGradient + (image + r) * a.inputStride + k + v * lanes, sums[r][v]);
}

/// Values of a column lie a row apart, which no processor foresees: asks for the next columns while it works on these.
KERNELSCOPE_INLINE void prefetchColumns(const float* column, std::size_t rows, std::size_t rowStride) {
    for (std::size_t row = 0; row < rows; ++row)
        __builtin_prefetch(column + row * rowStride);
}

template <std::size_t V>
void denseInputGradientColumns(const DenseMatrices& a, std::size_t k) {
    prefetchColumns(a.weights + k + V * lanes, a.units, a.inputStride);
    std::size_t image = 0;
    for (; image + denseRows <= a.images; image += denseRows)
        denseInputGradientTile<denseRows, V>(a, image, k);
    for (; image < a.images; ++image)
        denseInputGradientTile<1, V>(a, image, k);
}

void denseInputGradient(const DenseMatrices& a) {
    std::size_t k = 0;
    for (; k + denseVectors * lanes <= a.inputStride; k += denseVectors * lanes)
        denseInputGradientColumns<denseVectors>(a, k);
    for (; k < a.inputStride; k += lanes)
        denseInputGradientColumns<1>(a, k);
}

/// weightGradient[u][k..] (+)= sum over the images of outputGradient[image][u] * input[image][k..], U units, V vectors.
template <std::size_t U, std::size_t V>
KERNELSCOPE_INLINE void denseWeightGradientTile(const DenseMatrices& a, std::size_t unit, std::size_t k) {
    float* to = a.weightGradient + unit * a.inputStride + k;
    Vec sums[U][V] = {};
    if (a.accumulate)
#pragma GCC unroll 4
        for (std::size_t u = 0; u < U; ++u)
#pragma GCC unroll 4
            for (std::size_t v = 0; v < V; ++v)
                sums[u][v] = load(to + u * a.inputStride + v * lanes);
    for (std::size_t image = 0; image < a.images; ++image) {
        const float* gradient = a.outputGradient + image * a.outputStride + unit;
        Vec x[V];
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v)
            x[v] = load(a.input + image * a.inputStride + k + v * lanes);
#pragma GCC unroll 4
        for (std::size_t u = 0; u < U; ++u) {
            const Vec g = broadcast(gradient[u]);
#pragma GCC unroll 4
            for (std::size_t v = 0; v < V; ++v)
                sums[u][v] += g * x[v];
        }
    }
#pragma GCC unroll 4
    for (std::size_t u = 0; u < U; ++u)
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v)
            store(to + u * a.inputStride + v * lanes, sums[u][v]);
}

template <std::size_t V>
void denseWeightGradientColumns(const DenseMatrices& a, std::size_t k) {
    prefetchColumns(a.input + k + V * lanes, a.images, a.inputStride);
    std::size_t unit = a.firstUnit;
    for (; unit + denseRows <= a.lastUnit; unit += denseRows)
        denseWeightGradientTile<denseRows, V>(a, unit, k);
    for (; unit < a.lastUnit; ++unit)
        denseWeightGradientTile<1, V>(a, unit, k);
}

void denseWeightGradient(const DenseMatrices& a) {
    std::size_t k = 0;
    for (; k + denseVectors * lanes <= a.inputStride; k += denseVectors * lanes)
        denseWeightGradientColumns<denseVectors>(a, k);
    for (; k < a.inputStride; k += lanes)
        denseWeightGradientColumns<1>(a, k);
    for (std::size_t unit = a.firstUnit; unit < a.lastUnit; ++unit) {
        float total = a.accumulate ? a.biasGradient[unit] : 0;
        for (std::size_t image = 0; image < a.images; ++image)
            total += a.outputGradient[image * a.outputStride + unit];
        a.biasGradient[unit] = total;
    }
}
