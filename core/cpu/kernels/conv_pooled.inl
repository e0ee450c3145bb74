// SPDX-License-Identifier: GPL-3.0-or-later
// Direct convolution straight into a max-pool of 2x2, stride 2. A tile is the four outputs of W pool windows x Q
// vectors of filters: with W = 1 and Q = 2 an input takes 4 broadcasts and 2 loads of weights for 8 multiply-adds.
// Activation, maximum and its place follow in registers: no output but the maxima is ever stored.

/// W at most: with it a tile has 8 sums, or 16.
template <std::size_t Q>
constexpr std::size_t tileWindows = (registers > 16 ? 4 : 2) / Q;

/// Stores the maximum of a pool window's four outputs (in row order), and its place.
KERNELSCOPE_INLINE void storeMaximum(
    Nonlinearity function, Vec (&y)[4], const std::int32_t (&offsets)[4], float* output, std::int32_t* arguments) {
    // Of ReLU alone the order does not matter: what ties at 0 has no gradient.
    if (function.function != Function::Relu)
#pragma GCC unroll 4
        for (std::size_t k = 0; k < 4; ++k)
            y[k] = valueOf(function, y[k]);
    Vec maximum = y[0];
    IntVec argument = broadcast(offsets[0]);
#pragma GCC unroll 4
    for (std::size_t k = 1; k < 4; ++k) {
        const IntVec greater = y[k] > maximum; // strictly: the first of equals stays
        maximum = greater ? y[k] : maximum;
        argument = greater ? broadcast(offsets[k]) : argument;
    }
    if (function.function == Function::Relu)
        maximum = maximum <= Vec{} ? Vec{} : maximum;
    store(output, maximum);
    store(arguments, argument);
}

/// Adds `run` neighbouring inputs of each output, times their weights.
template <std::size_t W, std::size_t Q>
KERNELSCOPE_INLINE void addPooledRun(
    const ConvPooledRow& a, const float* x, const float* weights, std::size_t run, Vec (&sums)[W][4][Q]) {
    const std::size_t columnStep = a.row.columnStep;
    const float* below = x + a.outputRowStep;
#pragma GCC unroll 3
    for (std::size_t c = 0; c < run; ++c, weights += Q * lanes) {
        Vec w[Q];
#pragma GCC unroll 2
        for (std::size_t q = 0; q < Q; ++q)
            w[q] = load(weights + q * lanes);
#pragma GCC unroll 4
        for (std::size_t window = 0; window < W; ++window)
#pragma GCC unroll 4
            for (std::size_t k = 0; k < 4; ++k) {
                const float* row = k < 2 ? x : below; // in brackets, GCC 12 forgets one of them under UBSan
                const Vec value = broadcast(row[c + (2 * window + k % 2) * columnStep]);
#pragma GCC unroll 2
                for (std::size_t q = 0; q < Q; ++q)
                    sums[window][k][q] += value * w[q];
            }
    }
}

/// @param Kernel the kernel's side, for one channel, where the compiler may unroll its loops, which cost more than what
/// they do; else 0.
template <std::size_t W, std::size_t Q, std::size_t Kernel>
KERNELSCOPE_INLINE void convPooledTile(const ConvPooledRow& a, std::size_t column) {
    const ConvRow& row = a.row;
    Vec sums[W][4][Q];
#pragma GCC unroll 4
    for (std::size_t window = 0; window < W; ++window)
#pragma GCC unroll 4
        for (std::size_t k = 0; k < 4; ++k)
#pragma GCC unroll 2
            for (std::size_t q = 0; q < Q; ++q)
                sums[window][k][q] = load(row.bias + q * lanes);
    const float* input = row.input + 2 * column * row.columnStep;
    if constexpr (Kernel > 0) {
#pragma GCC unroll 3
        for (std::size_t i = 0; i < Kernel; ++i)
            addPooledRun<W, Q>(a, input + i * row.rowStep, row.weights + i * Kernel * Q * lanes, Kernel, sums);
    } else {
        // Without padded channels a kernel row is one run over its pixels and channels.
        const bool contiguous = row.pixelStep == row.channels;
        const std::size_t pixels = contiguous ? 1 : row.kernel;
        const std::size_t run = contiguous ? row.kernel * row.channels : row.channels;
        const float* weights = row.weights;
        for (std::size_t i = 0; i < row.kernel; ++i)
            for (std::size_t j = 0; j < pixels; ++j, weights += run * Q * lanes)
                addPooledRun<W, Q>(a, input + i * row.rowStep + j * row.pixelStep, weights, run, sums);
    }
#pragma GCC unroll 4
    for (std::size_t window = 0; window < W; ++window) {
        const std::int32_t first = a.firstOffset + static_cast<std::int32_t>(2 * (column + window)) * a.columnOffset;
        const std::int32_t offsets[4] = {
            first, first + a.columnOffset, first + a.rowOffset, first + a.rowOffset + a.columnOffset};
#pragma GCC unroll 2
        for (std::size_t q = 0; q < Q; ++q) {
            Vec y[4] = {sums[window][0][q], sums[window][1][q], sums[window][2][q], sums[window][3][q]};
            storeMaximum(a.function, y, offsets, row.output + (column + window) * row.outputStep + q * lanes,
                a.arguments + (column + window) * row.outputStep + q * lanes);
        }
    }
}

template <std::size_t Q, std::size_t Kernel>
void convPooledColumns(const ConvPooledRow& a) {
    std::size_t column = 0;
    for (; column + tileWindows<Q> <= a.row.columns; column += tileWindows<Q>)
        convPooledTile<tileWindows<Q>, Q, Kernel>(a, column);
    for (; column < a.row.columns; ++column)
        convPooledTile<1, Q, Kernel>(a, column);
}

void convPooledRow(const ConvPooledRow& a) {
    const bool isImage = a.row.channels == 1 && a.row.pixelStep == 1 && a.row.kernel == 3;
    if (a.row.vectors == 2)
        isImage ? convPooledColumns<2, 3>(a) : convPooledColumns<2, 0>(a);
    else
        isImage ? convPooledColumns<1, 3>(a) : convPooledColumns<1, 0>(a);
}
