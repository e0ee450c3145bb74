// SPDX-License-Identifier: GPL-3.0-or-later
// The weight gradient of a convolution of one channel behind a max-pool of 2x2: of an image's first layer. Lists of its
// few weights' gradients would cost more to make than to use, so it takes a vector of filters at a time. As each of
// them has its maximum in another of the window's four places, four masked gradients multiply the window's inputs,
// three of them by zero. For I rows x T weights the sums stay in registers; (I + 1) * (T + 1) broadcasts go into 4 * I
// * T multiply-adds: 16 into 36 for 3x3.

constexpr std::size_t tapRows = 3;    // Rows of the kernel in a tile at most,
constexpr std::size_t tapsAtMost = 9; // and weights: with four gradients, a mask and an input they fill 16 registers.

/// sums[i][t] += sum over maxima of the gradient * input[i][t] from the maximum's place on.
template <std::size_t I, std::size_t T>
void windowGradientTile(const WindowGradients& a, std::size_t vector, std::size_t kernelRow, std::size_t firstTap) {
    const CollectGradients& results = a.results;
    const std::size_t inputRowStep = a.inputRowStep;
    const std::size_t tapStep = (results.filters + lanes - 1) / lanes * lanes;
    float* to = a.sums + (kernelRow * a.kernel + firstTap) * tapStep + vector * lanes;
    Vec sums[I][T];
#pragma GCC unroll 3
    for (std::size_t i = 0; i < I; ++i)
#pragma GCC unroll 9
        for (std::size_t t = 0; t < T; ++t)
            sums[i][t] = load(to + (i * a.kernel + t) * tapStep);
    for (std::size_t y = 0; y < results.rows; ++y) {
        const float* gradient = results.gradient + y * results.rowStep + vector * lanes;
        const std::int32_t* argument = results.arguments + y * results.argumentRowStep + vector * lanes;
        std::size_t window = y * results.windowRowStep;
        for (std::size_t x = 0; x < results.columns; ++x, window += results.windowColumnStep) {
            const Vec g = load(gradient + x * results.pixelStep);
            // Where the maximum is, as seen from the window's first value.
            const IntVec place = load(argument + x * results.pixelStep) - static_cast<std::int32_t>(window);
            const auto below = static_cast<std::int32_t>(inputRowStep);
            const Vec here[2][2] = {
                {place == 0 ? g : Vec{}, place == 1 ? g : Vec{}},
                {place == below ? g : Vec{}, place == below + 1 ? g : Vec{}},
            };
            const float* from = a.input + window + kernelRow * inputRowStep + firstTap;
#pragma GCC unroll 4
            for (std::size_t r = 0; r < I + 1; ++r, from += inputRowStep)
#pragma GCC unroll 10
                for (std::size_t c = 0; c < T + 1; ++c) {
                    const Vec value = broadcast(from[c]);
#pragma GCC unroll 2
                    for (std::size_t i = r > 0 ? r - 1 : 0; i <= r && i < I; ++i)
#pragma GCC unroll 2
                        for (std::size_t t = c > 0 ? c - 1 : 0; t <= c && t < T; ++t)
                            sums[i][t] += here[r - i][c - t] * value;
                }
        }
    }
#pragma GCC unroll 3
    for (std::size_t i = 0; i < I; ++i)
#pragma GCC unroll 9
        for (std::size_t t = 0; t < T; ++t)
            store(to + (i * a.kernel + t) * tapStep, sums[i][t]);
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
        for (std::size_t tap = 0; tap < a.kernel;) {
            const std::size_t taps = nextPiece(a.kernel - tap, tapsAtMost);
            const std::size_t most = tapsAtMost / taps < tapRows ? tapsAtMost / taps : tapRows;
            for (std::size_t row = 0; row < a.kernel;) {
                const std::size_t rows = nextPiece(a.kernel - row, most);
                windowGradientTiles<tapRows, tapsAtMost>(a, vector, row, tap, rows, taps);
                row += rows;
            }
            tap += taps;
        }
}
