// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>

namespace kernelscope {

namespace {

/// Images between two looks at whether to go on.
constexpr std::size_t kPiece = 256;

/// Calls visit(i) for each image of a split, which exists then.
template <class Visit>
void visitImages(const DataSet& data, Split split, OpenProgress* progress, const Visit& visit) {
    const std::size_t count = data.info().count(split);
    std::array<std::uint32_t, kPiece> indices;
    for (std::size_t begin = 0; begin < count; begin += kPiece) {
        const std::size_t images = std::min(kPiece, count - begin);
        std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(begin));
        data.require(split, std::span(indices).first(images));
        for (std::size_t i = begin; i < begin + images; ++i)
            visit(i);
        if (progress)
            progress->advance(images);
    }
}

/// Whole sums over one channel; no data set that fits into memory makes them overflow.
struct Sums {
    std::uint64_t values = 0;
    std::uint64_t squares = 0;

    void add(std::span<const std::uint8_t> pixels) {
        for (const std::uint8_t pixel : pixels) {
            values += pixel;
            squares += std::uint32_t{pixel} * pixel;
        }
    }

    ChannelStatistics over(std::size_t pixels) const {
        if (pixels == 0)
            return {};
        const double count = static_cast<double>(pixels);
        const double mean = static_cast<double>(values) / count;
        const double variance = static_cast<double>(squares) / count - mean * mean;
        return {mean / 255.0, std::sqrt(std::max(0.0, variance)) / 255.0};
    }
};

SplitStatistics measure(const DataSet& data, Split split, OpenProgress* progress) {
    const DataInfo& info = data.info();
    const auto channels = static_cast<std::size_t>(info.shape.channels);
    const std::size_t plane = channels > 0 ? info.shape.size() / channels : 0;
    std::vector<Sums> sums(channels);
    SplitStatistics result;
    result.classCounts.resize(static_cast<std::size_t>(info.classes));
    visitImages(data, split, progress, [&](std::size_t i) {
        const std::span<const std::uint8_t> image = data.image(split, i);
        for (std::size_t c = 0; c < channels; ++c)
            sums[c].add(image.subspan(c * plane, plane));
        ++result.classCounts[data.label(split, i)];
    });
    for (const Sums& channel : sums)
        result.channels.push_back(channel.over(info.count(split) * plane));
    return result;
}

} // namespace

DataStatistics measureStatistics(const DataSet& data, OpenProgress* progress) {
    if (progress)
        progress->begin(data.info().trainCount + data.info().testCount);
    DataStatistics result;
    result.train = measure(data, Split::Train, progress);
    result.test = measure(data, Split::Test, progress);
    return result;
}

} // namespace kernelscope
