// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a direct convolution is dealt out to blocks and threads; see device/direct_conv.cuh.
#pragma once

#include "cuda/device/divisor.h"
#include "cuda/platform/platform.h"

namespace kernelscope::cuda {

/// What has to be worked out: outputs x rows x columns of each image, from channels x whatever the windows cover.
struct DirectWork {
    int images = 1;
    int channels = 1;
    int outputs = 1;
    int rows = 1;
    int columns = 1;
    int kernel = 3;
};

/// A block makes a tile of 2x2 windows of some of the outputs of an image. A thread makes one window of `outputsEach`
/// outputs; threadIdx.x is the window, threadIdx.y says which outputs: all threads of a warp have the same.
struct DirectTiles {
    int outputsEach = 8;
    int groups = 1;   ///< Threads in y: outputsEach outputs each.
    int tileRows = 1; ///< Windows of a tile, from top to bottom.
    int tileColumns = 1;
    int across = 1; ///< Tiles of an image.
    int down = 1;
    int chunk = 1;     ///< Channels that are in shared memory at once.
    int inputRows = 1; ///< Of a tile, of one channel.
    int inputColumns = 1;
    int inputPitch = 2;  ///< Floats from row to row; even.
    int weightPitch = 8; ///< Floats from one kernel place's weights to the next place's; a multiple of 4.
    Divisor byInputRows;

    LaunchShape launch;
};

/// Tiles that keep a device busy. @param multiprocessors of it.
DirectTiles directTiles(const DirectWork& work, int multiprocessors);

} // namespace kernelscope::cuda
