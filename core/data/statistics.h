// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a data set looks like in numbers: how bright its images are, and how many there are of each class.
#pragma once

#include "data/data_set.h"

#include <cstddef>
#include <vector>

namespace kernelscope {

/// Brightness of one channel over all pixels of all images of a split, where 0 is black and 1 is 255.
struct ChannelStatistics {
    double mean = 0.0;
    double deviation = 0.0; ///< Standard deviation of the pixels, not of a sample of them: divided by their number.
};

/// One split in numbers.
struct SplitStatistics {
    std::vector<ChannelStatistics> channels; ///< One for each channel of the shape. Zeros where there is no image.
    std::vector<std::size_t> classCounts;    ///< Images of each class, info().classes of them.
};

/// Both splits.
struct DataStatistics {
    SplitStatistics train;
    SplitStatistics test;

    const SplitStatistics& of(Split split) const { return split == Split::Train ? train : test; }
};

/// Goes over all pixels (MNIST: some 30 ms), making samples that do not exist yet, so not in a thread that must answer
/// people. Sums are whole numbers, therefore the result does not depend on any order.
/// @param progress counts images; it may be watched, and cancelled, from another thread: Cancelled is thrown then.
DataStatistics measureStatistics(const DataSet& data, OpenProgress* progress = nullptr);

} // namespace kernelscope
