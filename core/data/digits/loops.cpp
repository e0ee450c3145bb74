// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/loops.h"

#include "data/digits/placement.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kernelscope::digits {

namespace {

/// One bit for each cell of a row.
using Row = std::uint64_t;

/// All cells of `free` that can be reached from `from` within the row (Kogge-Stone fill: six doublings each way).
Row spread(Row from, Row free) {
    Row leftwards = from & free;
    Row rightwards = leftwards;
    Row freeLeft = free;
    Row freeRight = free;
    for (int step = 1; step < 64; step *= 2) {
        leftwards |= freeLeft & (leftwards << step);
        freeLeft &= freeLeft << step;
        rightwards |= freeRight & (rightwards >> step);
        freeRight &= freeRight >> step;
    }
    return leftwards | rightwards;
}

/// A square of cells, inked or free, with a free border all around, so that a flood from the border reaches all that
/// lies outside the ink.
template <int Side>
class Grid {
public:
    Grid() { m_free.fill((Row{1} << kRows) - 1); }

    /// Inks the cells of a row whose bits are set, the lowest bit at x = 0.
    void inkRow(int y, Row cells) { m_free[static_cast<std::size_t>(y + 1)] &= ~(cells << 1); }

    /// Inks a cell and the eight around it.
    void inkThickly(int x, int y) {
        for (int row = y; row <= y + 2; ++row)
            m_free[static_cast<std::size_t>(row)] &= ~(Row{7} << x);
    }

    /// Groups of free cells, joined by their sides, that do not reach the border. Leaves no cell free.
    int countEnclosed() {
        flood(0);
        int groups = 0;
        for (std::size_t y = 0; y < kRows; ++y) {
            while (m_free[y] != 0) {
                flood(y);
                ++groups;
            }
        }
        return groups;
    }

private:
    static constexpr std::size_t kRows = Side + 2;
    static_assert(kRows < 64);

    /// Takes all cells that the lowest free cell of a row reaches.
    void flood(std::size_t start) {
        std::array<Row, kRows> reached{};
        reached[start] = spread(m_free[start] & (~m_free[start] + 1), m_free[start]);
        for (bool grown = true; grown;) {
            grown = false;
            const auto grow = [&](std::size_t y, Row neighbours) {
                const Row fresh = neighbours & m_free[y] & ~reached[y];
                if (fresh == 0)
                    return;
                reached[y] = spread(reached[y] | fresh, m_free[y]);
                grown = true;
            };
            for (std::size_t y = 1; y < kRows; ++y)
                grow(y, reached[y - 1]);
            for (std::size_t y = kRows - 1; y > 0; --y)
                grow(y - 1, reached[y]);
        }
        for (std::size_t y = 0; y < kRows; ++y)
            m_free[y] &= ~reached[y];
    }

    std::array<Row, kRows> m_free;
};

/// Cells along each side of the grid on which the loops of lines are counted. A line is three cells wide there: what
/// the thinnest pen makes of it, since the figure will be 20 pixels large.
constexpr int kFineSide = 46;

} // namespace

int countLoops(const DepthField& depth, float clearance) {
    Grid<kSide> grid;
    for (int y = 0; y < kSide; ++y) {
        Row inked = 0;
        for (int x = 0; x < kSide; ++x)
            inked |= Row{depth[static_cast<std::size_t>(y * kSide + x)] > -clearance} << x;
        grid.inkRow(y, inked);
    }
    return grid.countEnclosed();
}

int countLoops(const std::vector<Polyline>& lines) {
    const Box box = boxAround(lines);
    const float scale = (kFineSide - 3) / box.longerSide();
    Grid<kFineSide> grid;
    for (const Polyline& line : lines) {
        for (std::size_t j = 0; j + 1 < line.size(); ++j) {
            // Steps of at most a cell leave no hole in so thick a line.
            const int steps = 1 + static_cast<int>(scale * distance(line[j], line[j + 1]));
            for (int k = 0; k <= steps; ++k) {
                const Point p = between(line[j], line[j + 1], static_cast<float>(k) / static_cast<float>(steps));
                grid.inkThickly(1 + static_cast<int>(scale * (p.x - box.low.x) + 0.5f),
                    1 + static_cast<int>(scale * (p.y - box.low.y) + 0.5f));
            }
        }
    }
    return grid.countEnclosed();
}

} // namespace kernelscope::digits
