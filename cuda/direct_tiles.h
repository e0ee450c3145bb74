// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a direct convolution is dealt out to blocks and threads; see device/direct_conv.cuh.
#pragma once

#include "cuda/device/divisor.h"
#include "cuda/step.h"

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

/// A block makes a tile of 2x2 windows of some of the outputs of an image. threadIdx.x is the window, threadIdx.y says
/// which outputs: all threads of a warp have the same. In fp32 a thread makes one window of `outputsEach` outputs. In
/// TF32 a warp makes kWarpWindows windows of 32 outputs together.
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
    int inputPlane = 4;  ///< Floats from channel to channel; even.
    int weightPitch = 8; ///< Floats from one kernel place's weights to the next place's; a multiple of 4.
    int weightsAt = 0;   ///< In shared memory, in floats: behind the inputs.
    Divisor byInputRows;

    LaunchShape launch;
};

/// Windows of a warp in TF32, and channels that it takes at a time.
inline constexpr int kWarpWindows = 16;
inline constexpr int kWarpChannels = 8;

/// Tiles that keep a device busy. @param multiprocessors of it.
DirectTiles directTiles(const DirectWork& work, Precision precision, int multiprocessors);

} // namespace kernelscope::cuda
