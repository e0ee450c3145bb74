// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/direct_tiles.h"

#include "cuda/tiling.h"

#include <algorithm>

namespace kernelscope::cuda {
namespace {

constexpr int kThreads = 256;                   ///< Of a block at most.
constexpr int kWidestTile = 16;                 ///< Windows.
constexpr int kLargestTile = 128;               ///< Windows.
constexpr int kChunkFloats = kSharedFloats / 2; ///< Half of what a block may have: so at least two blocks run at once.

int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

} // namespace

DirectTiles directTiles(const DirectWork& work, int multiprocessors) {
    DirectTiles tiles;
    const int windowRows = parts(work.rows, 2);
    const int windowColumns = parts(work.columns, 2);
    // Tiles of equal size, as large as may be.
    tiles.across = parts(windowColumns, kWidestTile);
    tiles.tileColumns = parts(windowColumns, tiles.across);
    tiles.down = parts(windowRows, kLargestTile / tiles.tileColumns);
    tiles.tileRows = parts(windowRows, tiles.down);

    const int positions = roundedUp(tiles.tileRows * tiles.tileColumns, 32);
    const std::int64_t imageTiles = std::int64_t{work.images} * tiles.across * tiles.down;
    // With 4 outputs a thread loads more for each multiplication, but there are twice as many threads.
    const std::int64_t warps = imageTiles * (positions / 32) * parts(work.outputs, 8);
    constexpr int busyWarps = 8; // of a multiprocessor
    tiles.outputsEach = work.outputs > 4 && warps >= std::int64_t{busyWarps} * multiprocessors ? 8 : 4;
    tiles.groups = std::min(parts(work.outputs, tiles.outputsEach), kThreads / positions);
    const auto blocks = [&] { return imageTiles * parts(work.outputs, tiles.groups * tiles.outputsEach); };
    while (tiles.groups > 1 && blocks() < 2 * multiprocessors)
        tiles.groups = parts(tiles.groups, 2);

    tiles.inputRows = 2 * tiles.tileRows + work.kernel - 1;
    tiles.inputColumns = 2 * tiles.tileColumns + work.kernel - 1;
    tiles.inputPitch = roundedUp(tiles.inputColumns, 2);
    // 4 more than the weights are: neighbouring places' weights shall not lie in the same bank when they are stored.
    tiles.weightPitch = tiles.groups * tiles.outputsEach + 4;
    const int perChannel = tiles.inputRows * tiles.inputPitch + work.kernel * work.kernel * tiles.weightPitch;
    tiles.chunk = std::clamp(kChunkFloats / perChannel, 1, work.channels);
    tiles.byInputRows = Divisor(tiles.inputRows);

    // Weights are read as vectors of 4: they begin at a multiple of these.
    const int inputFloats = roundedUp(tiles.chunk * tiles.inputRows * tiles.inputPitch, 4);
    const int weightFloats = tiles.chunk * work.kernel * work.kernel * tiles.weightPitch;
    tiles.launch.blocks = dim3(static_cast<unsigned>(imageTiles),
        static_cast<unsigned>(parts(work.outputs, tiles.groups * tiles.outputsEach)));
    tiles.launch.threads = dim3(static_cast<unsigned>(positions), static_cast<unsigned>(tiles.groups));
    tiles.launch.dynamicShared = static_cast<std::size_t>(inputFloats + weightFloats) * sizeof(float);
    return tiles;
}

} // namespace kernelscope::cuda
