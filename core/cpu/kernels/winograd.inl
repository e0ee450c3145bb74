// SPDX-License-Identifier: GPL-3.0-or-later
// The transforms of Winograd's F(2x2,3x3), see cpu/winograd.h. With the matrices of A. Lavin and S. Gray, "Fast
// Algorithms for Convolutional Neural Networks" (2015):
//
//         1  0 -1  0          1    0    0          1  1  1  0
//   B^T = 0  1  1  0     G = 1/2  1/2  1/2   A^T = 0  1 -1 -1
//         0 -1  1  0         1/2 -1/2  1/2
//         0  1  0 -1          0    0    1
//
// an input tile d (4x4) becomes B^T d B, a kernel g (3x3) G g G^T, and an output tile is A^T m A of the 4x4 sums m of
// their products. Each transform works on a vector of channels or filters at a time and takes additions alone (and
// halvings, for the kernels).

/// A column of the row of tiles, which may lie on its edge.
template <bool Edge>
KERNELSCOPE_INLINE void winogradInputColumn(const WinogradInput& a, std::size_t column, std::size_t v, Vec (&t)[4]) {
    Vec d[4];
    const float* from = a.input + column * a.pixelStep + v * lanes;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i)
        d[i] = !Edge || (i < a.rows && column < a.columns) ? load(from + i * a.rowStep) : Vec{};
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
}

/// Neighbouring tiles share two columns, so a tile loads 8 vectors, adds 24 times and stores 16 vectors.
void winogradInput(const WinogradInput& a) {
    for (std::size_t v = 0; v < a.vectors; ++v) {
        Vec t[4][4]; // [column][row]
        winogradInputColumn<true>(a, 0, v, t[0]);
        winogradInputColumn<true>(a, 1, v, t[1]);
        for (std::size_t tile = 0; tile < a.tiles; ++tile) {
            if (a.rows >= 4 && 2 * tile + 4 <= a.columns) {
                winogradInputColumn<false>(a, 2 * tile + 2, v, t[2]);
                winogradInputColumn<false>(a, 2 * tile + 3, v, t[3]);
            } else {
                winogradInputColumn<true>(a, 2 * tile + 2, v, t[2]);
                winogradInputColumn<true>(a, 2 * tile + 3, v, t[3]);
            }
            float* to = a.output + (tile * a.vectors + v) * lanes;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i, to += 4 * a.matrixStep) {
                store(to, t[0][i] - t[2][i]);
                store(to + a.matrixStep, t[1][i] + t[2][i]);
                store(to + 2 * a.matrixStep, t[2][i] - t[1][i]);
                store(to + 3 * a.matrixStep, t[1][i] - t[3][i]);
                t[0][i] = t[2][i];
                t[1][i] = t[3][i];
            }
        }
    }
}

/// A row of G, applied to three values.
KERNELSCOPE_INLINE void winogradKernelLine(Vec g0, Vec g1, Vec g2, Vec (&u)[4]) {
    u[0] = g0;
    u[1] = 0.5f * (g0 + g1 + g2);
    u[2] = 0.5f * (g0 - g1 + g2);
    u[3] = g2;
}

/// For each channel 9 loads and 16 stores of vectors of filters, and 7 lines of 4 additions and 2 halvings: once for each
/// update of the weights, not for each image.
void winogradWeights(const WinogradWeights& a) {
    for (std::size_t c = a.firstChannel; c < a.lastChannel; ++c) {
        Vec t[3][4]; // [kernel column][row]
#pragma GCC unroll 3
        for (std::size_t j = 0; j < 3; ++j) {
            const float* g = a.weights + (j * a.channels + c) * a.step;
            const std::size_t kernelRow = 3 * a.channels * a.step;
            winogradKernelLine(load(g), load(g + kernelRow), load(g + 2 * kernelRow), t[j]);
        }
#pragma GCC unroll 4
        for (std::size_t i = 0; i < 4; ++i) {
            Vec u[4];
            winogradKernelLine(t[0][i], t[1][i], t[2][i], u);
#pragma GCC unroll 4
            for (std::size_t j = 0; j < 4; ++j)
                store(a.output + ((i * 4 + j) * a.matrixStep + c * a.step), u[j]);
        }
    }
}

/// The four outputs of a tile: 16 loads, 24 additions.
KERNELSCOPE_INLINE void winogradTile(const float* m, std::size_t matrixStep, Vec (&y)[4]) {
    Vec s[4];
    Vec t[4];
#pragma GCC unroll 4
    for (std::size_t j = 0; j < 4; ++j) {
        const Vec m1 = load(m + (4 + j) * matrixStep);
        const Vec m2 = load(m + (8 + j) * matrixStep);
        s[j] = load(m + j * matrixStep) + m1 + m2;
        t[j] = m1 - m2 - load(m + (12 + j) * matrixStep);
    }
    y[0] = s[0] + s[1] + s[2];
    y[1] = s[1] - s[2] - s[3];
    y[2] = t[0] + t[1] + t[2];
    y[3] = t[1] - t[2] - t[3];
}

void winogradOutput(const WinogradOutput& a) {
    const bool rectified = a.function.function == Function::Relu;
    for (std::size_t tile = 0; tile < a.tiles; ++tile)
        for (std::size_t v = 0; v < a.vectors; ++v) {
            Vec y[4];
            winogradTile(a.products + tile * a.vectors * lanes + v * lanes, a.matrixStep, y);
            if (rectified)
#pragma GCC unroll 4
                for (std::size_t k = 0; k < 4; ++k)
                    y[k] = y[k] <= Vec{} ? Vec{} : y[k];
            float* to = a.output + 2 * tile * a.outputStep + v * lanes;
            const bool isWide = 2 * tile + 1 < a.columns;
            store(to, y[0]);
            if (isWide)
                store(to + a.outputStep, y[1]);
            if (a.rows == 1)
                continue;
            store(to + a.rowStep, y[2]);
            if (isWide)
                store(to + a.rowStep + a.outputStep, y[3]);
        }
}

void winogradPooledOutput(const WinogradOutput& a) {
    for (std::size_t tile = 0; tile < a.tiles; ++tile) {
        const std::int32_t first = a.firstOffset + static_cast<std::int32_t>(2 * tile) * a.columnOffset;
        const std::int32_t offsets[4] = {
            first, first + a.columnOffset, first + a.rowOffset, first + a.rowOffset + a.columnOffset};
        for (std::size_t v = 0; v < a.vectors; ++v) {
            Vec y[4];
            winogradTile(a.products + tile * a.vectors * lanes + v * lanes, a.matrixStep, y);
            storeMaximum(a.function, y, offsets, a.output + tile * a.outputStep + v * lanes,
                a.arguments + tile * a.argumentStep + v * lanes);
        }
    }
}

/// A line of A, applied to two values.
KERNELSCOPE_INLINE void winogradGradientLine(Vec first, Vec second, Vec (&t)[4]) {
    t[0] = first;
    t[1] = first + second;
    t[2] = first - second;
    t[3] = -second;
}

/// A dy A^T of tiles of 2x2: 4 loads, 12 additions, 16 stores.
void winogradGradient(const WinogradGradient& a) {
    for (std::size_t tile = 0; tile < a.tiles; ++tile)
        for (std::size_t v = 0; v < a.vectors; ++v) {
            const float* from = a.gradient + 2 * tile * a.pixelStep + v * lanes;
            const bool isWide = 2 * tile + 1 < a.columns;
            const bool isHigh = a.rows > 1;
            Vec t[2][4]; // [column][row]
            winogradGradientLine(load(from), isHigh ? load(from + a.rowStep) : Vec{}, t[0]);
            winogradGradientLine(isWide ? load(from + a.pixelStep) : Vec{},
                isWide && isHigh ? load(from + a.rowStep + a.pixelStep) : Vec{}, t[1]);
            float* to = a.output + (tile * a.vectors + v) * lanes;
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i) {
                Vec m[4];
                winogradGradientLine(t[0][i], t[1][i], m);
#pragma GCC unroll 4
                for (std::size_t j = 0; j < 4; ++j, to += a.matrixStep)
                    store(to, m[j]);
            }
        }
}

/// A line of G^T, applied to four values.
KERNELSCOPE_INLINE void winogradKernelGradientLine(const Vec (&u)[4], Vec (&g)[3]) {
    const Vec sum = 0.5f * (u[1] + u[2]);
    g[0] = u[0] + sum;
    g[1] = 0.5f * (u[1] - u[2]);
    g[2] = sum + u[3];
}

/// For each vector of channels 16 loads and 9 stores, and 7 lines of 5 additions and 2 halvings: once for each step.
void winogradWeightGradient(const WinogradWeightGradient& a) {
    for (std::size_t v = 0; v < a.vectors; ++v) {
        Vec t[4][3]; // [column of the tile][row of the kernel]
#pragma GCC unroll 4
        for (std::size_t j = 0; j < 4; ++j) {
            Vec u[4];
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i)
                u[i] = load(a.transformed + (i * 4 + j) * a.matrixStep + v * lanes);
            winogradKernelGradientLine(u, t[j]);
        }
#pragma GCC unroll 3
        for (std::size_t i = 0; i < 3; ++i) {
            const Vec row[4] = {t[0][i], t[1][i], t[2][i], t[3][i]};
            Vec g[3];
            winogradKernelGradientLine(row, g);
#pragma GCC unroll 3
            for (std::size_t j = 0; j < 3; ++j)
                store(a.weightGradient + i * a.rowStep + (j * a.vectors + v) * lanes, g[j]);
        }
    }
}
