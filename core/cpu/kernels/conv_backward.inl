// SPDX-License-Identifier: GPL-3.0-or-later
// Backward of a convolution from lists of the output gradients that are not zero. A tile is R kernel rows x V vectors
// of a run, of one filter, in registers; it goes through the filter's whole list.

constexpr std::size_t tileRows = 3;                                    // R at most
constexpr std::size_t runTile = (registers > 16 ? 24 : 12) / tileRows; // V at most

/// Applies the activation's derivative in place, and adds up the bias gradient.
void differentiate(const CollectGradients& a) {
    for (std::size_t o = 0; o < a.filters; o += lanes) {
        Vec bias = load(a.biasGradient + o);
        for (std::size_t row = 0; row < a.rows; ++row)
            for (std::size_t column = 0; column < a.columns; ++column) {
                const std::size_t at = row * a.rowStep + column * a.pixelStep + o;
                Vec g = load(a.gradient + at);
                const Vec y = load(a.result + at);
                if (a.function.function == Function::Relu)
                    g = y > Vec{} ? g : Vec{};
                else if (a.function.function == Function::Tanh)
                    g *= 1 - y * y;
                else if (a.function.function == Function::LeakyRelu)
                    g = y > Vec{} ? g : g * a.function.slope;
                else if (a.function.function == Function::Sigmoid)
                    g *= y * (1 - y);
                bias += g;
                store(a.gradient + at, g);
            }
        store(a.biasGradient + o, bias);
    }
}

/// The same as value != 0, in fewer instructions: all bits but the sign.
KERNELSCOPE_INLINE std::ptrdiff_t isNonZero(float value) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits << 1 != 0;
}

void collectGradients(const CollectGradients& a) {
    differentiate(a);
    for (std::size_t o = 0; o < a.filters; ++o) {
        GradientEntry* const first = a.entries + o * a.capacity;
        GradientEntry* next = first;
        for (std::size_t row = 0; row < a.rows; ++row) {
            const float* gradient = a.gradient + row * a.rowStep + o;
            const std::int32_t* argument = a.arguments ? a.arguments + row * a.argumentRowStep + o : nullptr;
            const std::size_t window = row * a.windowRowStep;
            for (std::size_t column = 0; column < a.columns; ++column) {
                // Without a branch: every entry is written, only those that count stay.
                next->offset = argument ? argument[column * a.pixelStep]
                                        : static_cast<std::int32_t>(window + column * a.windowColumnStep);
                const float g = gradient[column * a.pixelStep];
                next->value = g;
                next += isNonZero(g);
            }
        }
        a.counts[o] = static_cast<std::int32_t>(next - first);
    }
}

/// gradient[r][v] += sum over the list of value * input[offset + r*rowStep + v*lanes].
template <std::size_t R, std::size_t V>
void weightGradientTile(const ConvBackward& a, std::size_t filter, std::size_t row, std::size_t vector) {
    // A multiply-add takes four cycles until its sum can be added to again: small tiles keep several sums.
    constexpr std::size_t copies = R * V <= 3 ? 4 : R * V <= 6 ? 2 : 1;
    const std::size_t runStride = a.runVectors * lanes;
    float* gradient = a.weightGradient + (filter * a.kernel + row) * runStride + vector * lanes;
    const float* input = a.input + row * a.rowStep + vector * lanes;
    const GradientEntry* entry = a.entries + filter * a.capacity;
    const GradientEntry* end = entry + a.counts[filter];
    const std::size_t rowStep = a.rowStep;
    Vec sums[copies][R][V] = {};
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < V; ++v)
            sums[0][r][v] = load(gradient + r * runStride + v * lanes);
    for (; end - entry >= static_cast<std::ptrdiff_t>(copies); entry += copies)
#pragma GCC unroll 4
        for (std::size_t copy = 0; copy < copies; ++copy) {
            const float* x = input + entry[copy].offset;
            const Vec g = broadcast(entry[copy].value);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < V; ++v)
                    sums[copy][r][v] += g * load(x + r * rowStep + v * lanes);
        }
    if constexpr (copies > 1) {
        for (; entry != end; ++entry) {
            const float* x = input + entry->offset;
            const Vec g = broadcast(entry->value);
#pragma GCC unroll 4
            for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < V; ++v)
                    sums[0][r][v] += g * load(x + r * rowStep + v * lanes);
        }
#pragma GCC unroll 4
        for (std::size_t copy = 1; copy < copies; ++copy)
#pragma GCC unroll 4
            for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
                for (std::size_t v = 0; v < V; ++v)
                    sums[0][r][v] += sums[copy][r][v];
    }
    // Behind the end of a run lie neighbours that are none of the filter's business.
    if (vector + V == a.runVectors)
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r)
            sums[0][r][V - 1] = firstLanes(sums[0][r][V - 1], a.lastLanes);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < V; ++v)
            store(gradient + r * runStride + v * lanes, sums[0][r][v]);
}

/// inputGradient[offset + r*rowStep + v*lanes] += value * weights[r][v], for the whole list.
template <std::size_t R, std::size_t V>
void inputGradientTile(const ConvBackward& a, std::size_t filter, std::size_t row, std::size_t vector) {
    const std::size_t runStride = a.runVectors * lanes;
    const float* weights = a.weights + (filter * a.kernel + row) * runStride + vector * lanes;
    float* inputGradient = a.inputGradient + row * a.rowStep + vector * lanes;
    const GradientEntry* entry = a.entries + filter * a.capacity;
    const GradientEntry* end = entry + a.counts[filter];
    const std::size_t rowStep = a.rowStep;
    Vec w[R][V];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < V; ++v)
            w[r][v] = load(weights + r * runStride + v * lanes);
    for (; entry != end; ++entry) {
        float* to = inputGradient + entry->offset;
        const Vec g = broadcast(entry->value);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < V; ++v)
                store(to + r * rowStep + v * lanes, load(to + r * rowStep + v * lanes) + g * w[r][v]);
    }
}

using BackwardTile = void (*)(const ConvBackward&, std::size_t filter, std::size_t row, std::size_t vector);

#define KERNELSCOPE_TILES(tile, R)                                                                                     \
    {                                                                                                                  \
        tile<R, 1>, tile<R, 2>, tile<R, 3>, tile<R, 4>
#define KERNELSCOPE_WIDE_TILES(tile, R) , tile<R, 5>, tile<R, 6>, tile<R, 7>, tile<R, 8>
#if KERNELSCOPE_REGISTERS > 16
#define KERNELSCOPE_TILE_TABLE(tile)                                                                                   \
    {KERNELSCOPE_TILES(tile, 1) KERNELSCOPE_WIDE_TILES(tile, 1)},                                                      \
        KERNELSCOPE_TILES(tile, 2) KERNELSCOPE_WIDE_TILES(tile, 2)                                                     \
    }                                                                                                                  \
    , KERNELSCOPE_TILES(tile, 3) KERNELSCOPE_WIDE_TILES(tile, 3)                                                       \
    }                                                                                                                  \
    ,                                                                                                                  \
    }
#else
#define KERNELSCOPE_TILE_TABLE(tile)                                                                                   \
    {KERNELSCOPE_TILES(tile, 1)}, KERNELSCOPE_TILES(tile, 2)                                                           \
    }                                                                                                                  \
    , KERNELSCOPE_TILES(tile, 3)                                                                                       \
    }                                                                                                                  \
    ,                                                                                                                  \
    }
#endif

constexpr BackwardTile weightGradientTiles[tileRows][runTile] = KERNELSCOPE_TILE_TABLE(weightGradientTile);
constexpr BackwardTile inputGradientTiles[tileRows][runTile] = KERNELSCOPE_TILE_TABLE(inputGradientTile);

/// Covers each filter's weights with tiles.
KERNELSCOPE_INLINE void forEachTile(const ConvBackward& a, const BackwardTile (&tiles)[tileRows][runTile]) {
    for (std::size_t filter = 0; filter < a.filters; ++filter) {
        if (a.counts[filter] == 0)
            continue;
        for (std::size_t row = 0; row < a.kernel;) {
            const std::size_t rows = nextPiece(a.kernel - row, tileRows);
            for (std::size_t vector = 0; vector < a.runVectors;) {
                const std::size_t vectors = nextPiece(a.runVectors - vector, runTile);
                tiles[rows - 1][vectors - 1](a, filter, row, vector);
                vector += vectors;
            }
            row += rows;
        }
    }
}

void convWeightGradient(const ConvBackward& a) {
    forEachTile(a, weightGradientTiles);
}

void convInputGradient(const ConvBackward& a) {
    forEachTile(a, inputGradientTiles);
}
