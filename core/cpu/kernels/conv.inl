// SPDX-License-Identifier: GPL-3.0-or-later
// Direct convolution. A tile is P output positions of one row x Q vectors of filters in registers: each input value is
// broadcast once for Q multiply-adds, each weight vector is loaded once for P.

constexpr std::size_t tileVectors = 2;                                                        // Q at most
constexpr std::size_t tileColumns = (registers - 4) / tileVectors - (registers > 16 ? 2 : 0); // P at most: 12 or 6

template <std::size_t P, std::size_t Q>
void convTile(const ConvRow& a, const float* input, float* output) {
    Vec sums[P][Q];
#pragma GCC unroll 16
    for (std::size_t p = 0; p < P; ++p)
#pragma GCC unroll 2
        for (std::size_t q = 0; q < Q; ++q)
            sums[p][q] = load(a.bias + q * lanes);
    // Without padded channels a kernel row is one run over its pixels and channels.
    const bool contiguous = a.pixelStep == a.channels;
    const std::size_t pixels = contiguous ? 1 : a.kernel;
    const std::size_t run = contiguous ? a.kernel * a.channels : a.channels;
    const std::size_t columnStep = a.columnStep;
    const float* weights = a.weights;
    for (std::size_t i = 0; i < a.kernel; ++i)
        for (std::size_t j = 0; j < pixels; ++j) {
            const float* x = input + i * a.rowStep + j * a.pixelStep;
            for (std::size_t c = 0; c < run; ++c) {
                Vec w[Q];
#pragma GCC unroll 2
                for (std::size_t q = 0; q < Q; ++q)
                    w[q] = load(weights + q * lanes);
#pragma GCC unroll 16
                for (std::size_t p = 0; p < P; ++p) {
                    const Vec value = broadcast(x[p * columnStep]);
#pragma GCC unroll 2
                    for (std::size_t q = 0; q < Q; ++q)
                        sums[p][q] += value * w[q];
                }
                weights += Q * lanes;
                ++x;
            }
        }
#pragma GCC unroll 16
    for (std::size_t p = 0; p < P; ++p)
#pragma GCC unroll 2
        for (std::size_t q = 0; q < Q; ++q)
            store(output + p * a.outputStep + q * lanes, sums[p][q]);
}

template <std::size_t P>
void convTiles(const ConvRow& a, const float* input, float* output, std::size_t columns) {
    if (columns == P) {
        if (a.vectors == 2)
            convTile<P, 2>(a, input, output);
        else
            convTile<P, 1>(a, input, output);
    } else if constexpr (P > 1) {
        convTiles<P - 1>(a, input, output, columns);
    }
}

void convRow(const ConvRow& a) {
    for (std::size_t column = 0; column < a.columns;) {
        const std::size_t columns = nextPiece(a.columns - column, tileColumns);
        convTiles<tileColumns>(a, a.input + column * a.columnStep, a.output + column * a.outputStep, columns);
        column += columns;
    }
}
