// SPDX-License-Identifier: GPL-3.0-or-later
// The weight gradient of a convolution with few weights a filter, such as one of an image, a vector of filters at a
// time. Where each of them has its maximum in another place of the pool window, the gradient is masked place by place:
// T weights' sums in registers take, for each place, a comparison and T broadcasts for T multiply-adds. Of these three
// in four (2x2) multiply zeros, but lists of the others would cost each filter some instructions by itself.

constexpr std::size_t tapRows = 3;     // Rows of the kernel in a tile at most,
constexpr std::size_t tapsAtMost = 10; // and weights: with gradient, place and mask they nearly fill 16 registers.

/// sums[i][t] += sum over maxima and places of (gradient where the maximum is there) * input, for a tile of I rows x T
/// weights.
template <std::size_t I, std::size_t T>
void windowGradientTile(const WindowGradients& a, std::size_t vector, std::size_t kernelRow, std::size_t firstTap) {
    const CollectGradients& results = a.results;
    const std::size_t tapStep = (results.filters + lanes - 1) / lanes * lanes;
    float* to = a.sums + (kernelRow * a.run + firstTap) * tapStep + vector * lanes;
    const float* input = a.input + kernelRow * a.inputRowStep + firstTap;
    const std::size_t inputRowStep = a.inputRowStep;
    Vec sums[I][T];
#pragma GCC unroll 3
    for (std::size_t i = 0; i < I; ++i)
#pragma GCC unroll 10
        for (std::size_t t = 0; t < T; ++t)
            sums[i][t] = load(to + (i * a.run + t) * tapStep);
    for (std::size_t y = 0; y < results.rows; ++y) {
        const float* gradient = results.gradient + y * results.rowStep + vector * lanes;
        const std::int32_t* argument = results.arguments + y * results.argumentRowStep + vector * lanes;
        std::size_t window = y * results.windowRowStep;
        for (std::size_t x = 0; x < results.columns; ++x, window += results.windowColumnStep) {
            const Vec g = load(gradient + x * results.pixelStep);
            const IntVec maximum = load(argument + x * results.pixelStep);
            for (std::size_t place = 0; place < a.places; ++place) {
                const std::size_t offset = window + a.placeOffsets[place];
                const Vec here = maximum == static_cast<std::int32_t>(offset) ? g : Vec{};
                const float* from = input + offset;
#pragma GCC unroll 3
                for (std::size_t i = 0; i < I; ++i)
#pragma GCC unroll 10
                    for (std::size_t t = 0; t < T; ++t)
                        sums[i][t] += here * broadcast(from[i * inputRowStep + t]);
            }
        }
    }
#pragma GCC unroll 3
    for (std::size_t i = 0; i < I; ++i)
#pragma GCC unroll 10
        for (std::size_t t = 0; t < T; ++t)
            store(to + (i * a.run + t) * tapStep, sums[i][t]);
}

/// Picks the tile of `rows` x `taps`.
template <std::size_t I, std::size_t T>
void windowGradientTiles(const WindowGradients& a, std::size_t vector, std::size_t kernelRow, std::size_t firstTap,
    std::size_t rows, std::size_t taps) {
    if (taps < T) {
        if constexpr (T > 1)
            windowGradientTiles<I, T - 1>(a, vector, kernelRow, firstTap, rows, taps);
    } else if (rows < I) {
        if constexpr (I > 1)
            windowGradientTiles<I - 1, T>(a, vector, kernelRow, firstTap, rows, taps);
    } else if constexpr (I * T <= tapsAtMost) {
        windowGradientTile<I, T>(a, vector, kernelRow, firstTap);
    }
}

void windowGradients(const WindowGradients& a) {
    const std::size_t vectors = (a.results.filters + lanes - 1) / lanes;
    for (std::size_t vector = 0; vector < vectors; ++vector)
        for (std::size_t tap = 0; tap < a.run;) {
            const std::size_t taps = nextPiece(a.run - tap, tapsAtMost);
            const std::size_t most = tapsAtMost / taps < tapRows ? tapsAtMost / taps : tapRows;
            for (std::size_t row = 0; row < a.kernel;) {
                const std::size_t rows = nextPiece(a.kernel - row, most);
                windowGradientTiles<tapRows, tapsAtMost>(a, vector, row, tap, rows, taps);
                row += rows;
            }
            tap += taps;
        }
}
