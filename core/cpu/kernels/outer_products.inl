// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of outer products: what gradients of weights are. A tile of R rows x V vectors of sums stays in registers for
// all products: each takes R broadcasts and V loads for R * V multiply-adds.

template <std::size_t R, std::size_t V>
void outerProductTile(const OuterProducts& a, std::size_t row, std::size_t vector) {
    float* to = a.sums + row * a.sumStep + vector * lanes;
    Vec sums[R][V];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 2
        for (std::size_t v = 0; v < V; ++v)
            sums[r][v] = load(to + r * a.sumStep + v * lanes);
    const float* left = a.left + row;
    const float* right = a.right + vector * lanes;
    for (std::size_t n = 0; n < a.count; ++n, left += a.leftStep, right += a.rightStep) {
        Vec values[V];
#pragma GCC unroll 2
        for (std::size_t v = 0; v < V; ++v)
            values[v] = load(right + v * lanes);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < R; ++r) {
            const Vec factor = broadcast(left[r]);
#pragma GCC unroll 2
            for (std::size_t v = 0; v < V; ++v)
                sums[r][v] += factor * values[v];
        }
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < R; ++r)
#pragma GCC unroll 2
        for (std::size_t v = 0; v < V; ++v)
            store(to + r * a.sumStep + v * lanes, sums[r][v]);
}

template <std::size_t R>
void outerProductRows(const OuterProducts& a, std::size_t row, std::size_t rows) {
    if (rows == R) {
        std::size_t vector = 0;
        for (; vector + tileVectors <= a.vectors; vector += tileVectors)
            outerProductTile<R, tileVectors>(a, row, vector);
        if (vector < a.vectors)
            outerProductTile<R, 1>(a, row, vector);
    } else if constexpr (R > 1) {
        outerProductRows<R - 1>(a, row, rows);
    }
}

void outerProducts(const OuterProducts& a) {
    for (std::size_t row = 0; row < a.rows;) {
        const std::size_t rows = nextPiece(a.rows - row, tileColumns);
        outerProductRows<tileColumns>(a, row, rows);
        row += rows;
    }
}
