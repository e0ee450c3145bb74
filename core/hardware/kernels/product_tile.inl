// SPDX-License-Identifier: GPL-3.0-or-later
// A tile of a matrix product in registers.
//
// A tile of R rows and V vectors takes, for each step in depth, V loads of vectors and R broadcasts of single numbers,
// for R * V multiply-adds. With 6 x 2 vectors that is 8 loads for 12 multiply-adds; the plain loop over one row would
// need a load for each. The R * V sums stay in registers for the whole depth: 12 of 16, beside two vectors of the right
// factor and one of the left. With 32 registers 14 x 2 fit: 16 loads for 28 multiply-adds. (Goto, van de Geijn: Anatomy
// of High-Performance Matrix Multiplication, 2008.)

constexpr std::size_t tileVectors = 2;
constexpr std::size_t tileRows = (registers - 4) / tileVectors;

void productTile(const ProductTile& t) {
    Vec sums[tileRows][tileVectors];
#pragma GCC unroll 16
    for (std::size_t row = 0; row < tileRows; ++row)
#pragma GCC unroll 2
        for (std::size_t v = 0; v < tileVectors; ++v)
            sums[row][v] = Vec{};
            // The rows of the result are far apart in memory: asked for now, they are in the cache when the sums are
            // ready. That is worth a tenth of the time.
#pragma GCC unroll 16
    for (std::size_t row = 0; row < tileRows; ++row)
        __builtin_prefetch(t.sums + row * t.sumStep, 1);
    const float* left = t.left;
    const float* right = t.right;
    for (std::size_t p = 0; p < t.depth; ++p, left += tileRows, right += tileVectors * lanes) {
        const Vec r0 = load(right);
        const Vec r1 = load(right + lanes);
#pragma GCC unroll 16
        for (std::size_t row = 0; row < tileRows; ++row) {
            const Vec l = broadcast(left[row]);
            sums[row][0] += l * r0;
            sums[row][1] += l * r1;
        }
    }
#pragma GCC unroll 16
    for (std::size_t row = 0; row < tileRows; ++row)
#pragma GCC unroll 2
        for (std::size_t v = 0; v < tileVectors; ++v) {
            float* to = t.sums + row * t.sumStep + v * lanes;
            store(to, load(to) + sums[row][v]);
        }
}
