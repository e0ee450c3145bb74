// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/direct_tiles.h"

#include "cuda/tiling.h"

#include <algorithm>

namespace kernelscope::cuda {
namespace {

constexpr int kThreads = 256;                   ///< Of a block at most.
constexpr int kWidestTile = 16;                 ///< Windows.
constexpr int kLargestTile = 128;               ///< Windows.
constexpr int kLargestWarpTile = 64;            ///< The same in TF32.
constexpr int kChunkFloats = kSharedFloats / 2; ///< Half of what a block may have: so at least two blocks run at once.

int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

/// Tiles of equal size, as large as may be.
void cut(DirectTiles& tiles, const DirectWork& work, int largest) {
    const int windowRows = parts(work.rows, 2);
    const int windowColumns = parts(work.columns, 2);
    tiles.across = parts(windowColumns, kWidestTile);
    tiles.tileColumns = parts(windowColumns, tiles.across);
    tiles.down = parts(windowRows, std::max(largest / tiles.tileColumns, 1));
    tiles.tileRows = parts(windowRows, tiles.down);
    tiles.inputRows = 2 * tiles.tileRows + work.kernel - 1;
    tiles.inputColumns = 2 * tiles.tileColumns + work.kernel - 1;
    tiles.inputPitch = roundedUp(tiles.inputColumns, 2);
    tiles.byInputRows = Divisor(tiles.inputRows);
}

/// Blocks with fewer outputs each, until there are enough of them.
void spread(DirectTiles& tiles, const DirectWork& work, int multiprocessors) {
    const auto blocks = [&] {
        return std::int64_t{work.images} * tiles.across * tiles.down *
               parts(work.outputs, tiles.groups * tiles.outputsEach);
    };
    while (tiles.groups > 1 && blocks() < 2 * multiprocessors)
        tiles.groups = parts(tiles.groups, 2);
}

/// Shared memory and launch. @param threadsAcross in x.
void finish(DirectTiles& tiles, const DirectWork& work, int threadsAcross) {
    // Weights are read as vectors of 4: they begin at a multiple of these.
    tiles.weightsAt = roundedUp(tiles.chunk * tiles.inputPlane, 4);
    const int floats = tiles.weightsAt + tiles.chunk * work.kernel * work.kernel * tiles.weightPitch;
    tiles.launch.blocks = dim3(static_cast<unsigned>(work.images) * static_cast<unsigned>(tiles.across * tiles.down),
        static_cast<unsigned>(parts(work.outputs, tiles.groups * tiles.outputsEach)));
    tiles.launch.threads = dim3(static_cast<unsigned>(threadsAcross), static_cast<unsigned>(tiles.groups));
    tiles.launch.dynamicShared = static_cast<std::size_t>(floats) * sizeof(float);
}

DirectTiles threadTiles(const DirectWork& work, int multiprocessors) {
    DirectTiles tiles;
    cut(tiles, work, kLargestTile);
    tiles.inputPlane = tiles.inputRows * tiles.inputPitch;
    const int threadsAcross = roundedUp(tiles.tileRows * tiles.tileColumns, 32);
    // With 4 outputs a thread loads more for each multiplication, but there are twice as many threads.
    const std::int64_t warps =
        std::int64_t{work.images} * tiles.across * tiles.down * (threadsAcross / 32) * parts(work.outputs, 8);
    constexpr int busyWarps = 8; // of a multiprocessor
    tiles.outputsEach = work.outputs > 4 && warps >= std::int64_t{busyWarps} * multiprocessors ? 8 : 4;
    tiles.groups = std::min(parts(work.outputs, tiles.outputsEach), kThreads / threadsAcross);
    spread(tiles, work, multiprocessors);
    // 4 more than the weights are: neighbouring places' weights shall not lie in the same bank when they are stored.
    tiles.weightPitch = tiles.groups * tiles.outputsEach + 4;
    const int perChannel = tiles.inputPlane + work.kernel * work.kernel * tiles.weightPitch;
    tiles.chunk = std::clamp(kChunkFloats / perChannel, 1, work.channels);
    finish(tiles, work, threadsAcross);
    return tiles;
}

DirectTiles warpTiles(const DirectWork& work, int multiprocessors) {
    DirectTiles tiles;
    tiles.outputsEach = 32;
    tiles.chunk = kWarpChannels;
    for (int largest = kLargestWarpTile;; largest /= 2) {
        cut(tiles, work, largest);
        const int warpsAcross = parts(tiles.tileRows * tiles.tileColumns, kWarpWindows);
        tiles.groups = work.kernel == 3 ? std::min(parts(work.outputs, 32), kThreads / 32 / warpsAcross) : 1;
        spread(tiles, work, multiprocessors);
        // Of 4 channels' inputs, and of 4 channels' weights, 8 neighbours each shall lie in 32 banks: these are 8
        // modulo 32, the second times the odd square of the kernel, which is 1 modulo 8, as well.
        tiles.inputPlane = roundedUp(tiles.inputRows * tiles.inputPitch - 8, 32) + 8;
        for (;; tiles.groups = parts(tiles.groups, 2)) { // the weights of many outputs do not fit, whatever the tile
            tiles.weightPitch = 32 * tiles.groups + 8;
            finish(tiles, work, 32 * warpsAcross);
            if (tiles.launch.dynamicShared <= kSharedFloats * sizeof(float))
                return tiles;
            if (tiles.groups == 1)
                break;
        }
    }
}

} // namespace

DirectTiles directTiles(const DirectWork& work, Precision precision, int multiprocessors) {
    return precision == Precision::Tf32 ? warpTiles(work, multiprocessors) : threadTiles(work, multiprocessors);
}

} // namespace kernelscope::cuda
