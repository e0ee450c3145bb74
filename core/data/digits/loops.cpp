// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/loops.h"

#include "data/digits/placement.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kernelscope::digits {

namespace {

/// A square of cells, marked or free, with a free border all around, so that a flood from one corner reaches all
/// that is outside.
template <int Side>
class Grid {
public:
    void mark(int x, int y) { m_taken[index(x, y)] = 1; }

    /// Marks a cell and the eight around it.
    void markThickly(int x, int y) {
        const std::size_t middle = index(x, y);
        for (const std::size_t row : {middle - kStride, middle, middle + kStride})
            m_taken[row - 1] = m_taken[row] = m_taken[row + 1] = 1;
    }

    /// Groups of free cells that the border's group does not reach. Marks all cells.
    int countEnclosed() {
        flood(index(-1, -1));
        int groups = 0;
        for (std::size_t i = 0; i < m_taken.size(); ++i)
            if (m_taken[i] == 0) {
                flood(i);
                ++groups;
            }
        return groups;
    }

private:
    static constexpr std::size_t kStride = Side + 2;

    static std::size_t index(int x, int y) {
        return static_cast<std::size_t>(y + 1) * kStride + static_cast<std::size_t>(x + 1);
    }

    void flood(std::size_t start) {
        std::size_t waiting = 0;
        const auto visit = [&](std::size_t i) {
            if (m_taken[i] == 0) {
                m_taken[i] = 1;
                m_stack[waiting++] = static_cast<std::uint16_t>(i);
            }
        };
        visit(start);
        while (waiting > 0) {
            const std::size_t i = m_stack[--waiting];
            const std::size_t x = i % kStride;
            if (x > 0)
                visit(i - 1);
            if (x + 1 < kStride)
                visit(i + 1);
            if (i >= kStride)
                visit(i - kStride);
            if (i + kStride < m_taken.size())
                visit(i + kStride);
        }
    }

    std::array<std::uint8_t, kStride * kStride> m_taken{};
    std::array<std::uint16_t, kStride * kStride> m_stack;
};

/// Cells along each side of the grid on which the loops of lines are counted. A line is three cells wide there: what
/// the thinnest pen makes of it, since the figure will be 20 pixels large.
constexpr int kFineSide = 46;

} // namespace

int countLoops(const DepthField& depth, float clearance) {
    Grid<kSide> grid;
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x)
            if (depth[static_cast<std::size_t>(y * kSide + x)] > -clearance)
                grid.mark(x, y);
    return grid.countEnclosed();
}

int countLoops(const std::vector<Polyline>& lines) {
    const Box box = boxAround(lines);
    const float scale = (kFineSide - 3) / box.longerSide();
    Grid<kFineSide> grid;
    for (const Polyline& line : lines) {
        for (std::size_t j = 0; j + 1 < line.size(); ++j) {
            // Steps of less than half a cell leave no hole in the line that a flood could pass.
            const int steps = 1 + static_cast<int>(2.0f * scale * distance(line[j], line[j + 1]));
            for (int k = 0; k <= steps; ++k) {
                const Point p = between(line[j], line[j + 1], static_cast<float>(k) / static_cast<float>(steps));
                grid.markThickly(1 + static_cast<int>(scale * (p.x - box.low.x) + 0.5f),
                    1 + static_cast<int>(scale * (p.y - box.low.y) + 0.5f));
            }
        }
    }
    return grid.countEnclosed();
}

} // namespace kernelscope::digits
