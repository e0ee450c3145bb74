// SPDX-License-Identifier: GPL-3.0-or-later
// Backward of a convolution from lists of the output gradients that are not zero. A tile is R kernel rows x V vectors
// of a run in registers, 12 where there are 16: of one filter's weight gradient, which goes through the filter's whole
// list, or of the inputs' gradient under one window, which goes through the window's. Each entry of a list costs a
// broadcast, and a load and a multiply-add for each vector of the tile; only sums are stored.

constexpr std::size_t tileRows = 3;                                    // R at most
constexpr std::size_t runTile = (registers > 16 ? 24 : 12) / tileRows; // V at most

/// Applies the activation's derivative in place, and adds up the bias gradient: two loads, a store and an addition for
/// a vector of filters, beside the derivative.
void differentiate(const CollectGradients& a) {
    withFunction(a.function.function, [&]<Function F>() {
        for (std::size_t o = 0; o < a.filters; o += lanes) {
            Vec bias = load(a.biasGradient + o);
            for (std::size_t row = 0; row < a.rows; ++row)
                for (std::size_t column = 0; column < a.columns; ++column) {
                    const std::size_t at = row * a.rowStep + column * a.pixelStep + o;
                    const Vec g =
                        timesDerivative({F, a.function.slope}, load(a.result + at), load(a.gradient + at));
                    bias += g;
                    store(a.gradient + at, g);
                }
            store(a.biasGradient + o, bias);
        }
    });
}

/// The same as value != 0, in fewer instructions: all bits but the sign.
KERNELSCOPE_INLINE std::ptrdiff_t isNonZero(float value) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits << 1 != 0;
}

/// A value costs two loads (a third behind a pooling) and two stores, whether it counts or not: that is what a
/// multiply-add of all of a kernel's rows is saved for where it does not.
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

/// Adds up an entry: sums[r][v] += value * from[r][v].
template <std::size_t R, std::size_t V>
KERNELSCOPE_INLINE void addEntry(float value, const float* from, std::size_t rowStep, Vec (&sums)[R][V]) {
    const Vec g = broadcast(value);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < R; ++r, from += rowStep)
#pragma GCC unroll 16
        for (std::size_t v = 0; v < V; ++v)
            sums[r][v] += g * load(from + v * lanes);
}

/// gradient[r][v] += sum over the list of value * input[offset + r*rowStep + v*lanes], for all filters.
template <std::size_t R, std::size_t V>
void weightGradientTile(const ConvWeightGradient& a, std::size_t row, std::size_t vector) {
    // A multiply-add takes four cycles until its sum can be added to again: small tiles keep several sums.
    constexpr std::size_t copies = R * V <= 3 ? 4 : R * V <= 6 ? 2 : 1;
    const std::size_t runStride = a.runVectors * lanes;
    const float* input = a.input + row * a.rowStep + vector * lanes;
    const std::size_t rowStep = a.rowStep;
    for (std::size_t filter = 0; filter < a.filters; ++filter) {
        const GradientEntry* entry = a.entries + filter * a.capacity;
        const GradientEntry* end = entry + a.counts[filter];
        Vec sums[copies][R][V] = {};
        for (; end - entry >= static_cast<std::ptrdiff_t>(copies); entry += copies)
#pragma GCC unroll 4
            for (std::size_t copy = 0; copy < copies; ++copy)
                addEntry<R, V>(entry[copy].value, input + entry[copy].offset, rowStep, sums[copy]);
        if constexpr (copies > 1) {
            for (; entry != end; ++entry)
                addEntry<R, V>(entry->value, input + entry->offset, rowStep, sums[0]);
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
        float* to = a.weightGradient + (filter * a.kernel + row) * runStride + vector * lanes;
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < V; ++v)
                store(to + r * runStride + v * lanes, load(to + r * runStride + v * lanes) + sums[0][r][v]);
    }
}

/// Calls use(filter, entry, window) for all lists' entries, filter by filter.
template <class Use>
KERNELSCOPE_INLINE void forEachEntry(const ConvInputGradient& a, const Use& use) {
    for (std::size_t filter = 0; filter < a.filters; ++filter) {
        const GradientEntry* entry = a.entries + filter * a.capacity;
        const GradientEntry* end = entry + a.counts[filter];
        for (; entry != end; ++entry)
            use(filter, *entry, static_cast<std::size_t>(a.windowAt[static_cast<std::size_t>(entry->offset) / lanes]));
    }
}

/// Where the windows' entries begin, one window's behind the other's.
void countWindows(const ConvInputGradient& a) {
    for (std::size_t window = 0; window < a.windows; ++window)
        a.windowEnds[window] = 0;
    forEachEntry(a, [&](std::size_t, const GradientEntry&, std::size_t window) { ++a.windowEnds[window]; });
    std::int32_t total = 0;
    for (std::size_t window = 0; window < a.windows; ++window) {
        a.windowFirsts[window] = total;
        total += a.windowEnds[window];
    }
}

/// Sorts the lists' entries by windows.
void sortByWindow(const ConvInputGradient& a) {
    if (!a.hasFixedFirsts)
        countWindows(a);
    for (std::size_t window = 0; window < a.windows; ++window)
        a.windowEnds[window] = a.windowFirsts[window];
    const std::size_t filterStride = a.kernel * a.runVectors * lanes;
    forEachEntry(a, [&](std::size_t filter, const GradientEntry& entry, std::size_t window) {
        a.windowEntries[a.windowEnds[window]++] = {static_cast<std::int32_t>(filter * filterStride), entry.value};
    });
}

/// inputGradient[offset of a window + r*rowStep + v*lanes] += sum over its list of value * weights[r][v], for all
/// windows.
template <std::size_t R, std::size_t V>
void inputGradientTile(const ConvInputGradient& a, std::size_t row, std::size_t vector) {
    const std::size_t runStride = a.runVectors * lanes;
    const float* weights = a.weights + row * runStride + vector * lanes;
    const std::size_t rowStep = a.rowStep;
    for (std::size_t window = 0; window < a.windows; ++window) {
        const GradientEntry* entry = a.windowEntries + a.windowFirsts[window];
        const GradientEntry* end = a.windowEntries + a.windowEnds[window];
        if (entry == end)
            continue;
        Vec sums[R][V] = {};
        for (; entry != end; ++entry)
            addEntry<R, V>(entry->value, weights + entry->offset, runStride, sums);
        float* to = a.inputGradient + a.windowOffsets[window] + row * rowStep + vector * lanes;
#pragma GCC unroll 4
        for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 16
            for (std::size_t v = 0; v < V; ++v)
                store(to + r * rowStep + v * lanes, load(to + r * rowStep + v * lanes) + sums[r][v]);
    }
}

template <class Gradient>
using BackwardTile = void (*)(const Gradient&, std::size_t row, std::size_t vector);

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

constexpr BackwardTile<ConvWeightGradient> weightGradientTiles[tileRows][runTile] =
    KERNELSCOPE_TILE_TABLE(weightGradientTile);
constexpr BackwardTile<ConvInputGradient> inputGradientTiles[tileRows][runTile] =
    KERNELSCOPE_TILE_TABLE(inputGradientTile);

/// Covers a filter's weights with tiles. Each goes through all filters or windows, so that what it reads of the inputs
/// or of the weights stays in the first-level cache.
template <class Gradient>
KERNELSCOPE_INLINE void forEachTile(const Gradient& a, const BackwardTile<Gradient> (&tiles)[tileRows][runTile]) {
    for (std::size_t row = 0; row < a.kernel;) {
        const std::size_t rows = nextPiece(a.kernel - row, tileRows);
        for (std::size_t vector = 0; vector < a.runVectors;) {
            const std::size_t vectors = nextPiece(a.runVectors - vector, runTile);
            tiles[rows - 1][vectors - 1](a, row, vector);
            vector += vectors;
        }
        row += rows;
    }
}

void convWeightGradient(const ConvWeightGradient& a) {
    forEachTile(a, weightGradientTiles);
}

void convInputGradient(const ConvInputGradient& a) {
    sortByWindow(a);
    forEachTile(a, inputGradientTiles);
}
