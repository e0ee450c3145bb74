// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_layout.h"

#include "data/data_set.h"
#include "data/read_error.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {

bool isNumber(const NpyHeader& header) {
    return header.kind != NpyHeader::Kind::Text && header.kind != NpyHeader::Kind::Bytes;
}

bool isOneHot(const NpyHeader& header) {
    return header.shape.size() == 2 && header.shape[1] > 1;
}

NpzImageLayout layoutOf(const NpzArray& array) {
    const NpyHeader& header = array.header;
    const auto refuse = [&](const char* advice) {
        refuseFile(array.path, header.text(),
            "images: N x H x W, N x H x W x C or N x C x H x W with 1 or 3 channels, or N rows of a square image",
            advice);
    };
    if (!isNumber(header) || header.shape.size() < 2 || header.shape.size() > 4)
        refuse("Save the images as an array of numbers.");
    if (std::find(header.shape.begin(), header.shape.end(), std::uint64_t{0}) != header.shape.end())
        refuse("Save at least one image.");
    for (std::size_t i = 1; i < header.shape.size(); ++i)
        if (header.shape[i] > std::uint64_t{kLargestSide} * kLargestSide)
            refuse("Save smaller images.");
    NpzImageLayout layout;
    layout.images = header.shape[0];
    std::uint64_t channels = 1;
    std::uint64_t height = 0;
    std::uint64_t width = 0;
    const auto isChannels = [](std::uint64_t count) { return count == 1 || count == 3; };
    if (header.shape.size() == 2) {
        height = width = static_cast<std::uint64_t>(std::llround(std::sqrt(static_cast<double>(header.shape[1]))));
        if (width * width != header.shape[1])
            refuse("Save the images with their height and width as dimensions.");
        layout.note = "rows of " + std::to_string(header.shape[1]) + " values taken as " + std::to_string(width) +
                      " x " + std::to_string(width) + " pixels";
    } else if (header.shape.size() == 3) {
        height = header.shape[1];
        width = header.shape[2];
    } else if (isChannels(header.shape[3])) {
        height = header.shape[1];
        width = header.shape[2];
        channels = header.shape[3];
    } else if (isChannels(header.shape[1])) {
        channels = header.shape[1];
        height = header.shape[2];
        width = header.shape[3];
    } else {
        refuse("Save the images with 1 or 3 channels.");
    }
    if (width > kLargestSide || height > kLargestSide)
        refuse("Save smaller images.");
    layout.shape = {static_cast<int>(channels), static_cast<int>(height), static_cast<int>(width)};
    const std::uint64_t plane = height * width;
    if (header.count() > kLargestDataSet)
        refuseFile(array.path, header.text(), "at most " + bytesText(kLargestDataSet) + " of pixels",
            "Save fewer or smaller images.");
    if (header.shape.size() == 2)
        layout.strides = {plane, 1};
    else if (header.shape.size() == 3)
        layout.strides = {plane, width, 1};
    else if (isChannels(header.shape[3]))
        layout.strides = {channels * plane, width, 1, plane};
    else
        layout.strides = {channels * plane, plane, width, 1};
    return layout;
}

void checkLabels(const NpzArray& array, std::uint64_t images) {
    const NpyHeader& header = array.header;
    if (!isNumber(header) || header.shape.empty() || header.shape.size() > 2 ||
        (header.shape.size() == 2 && (header.shape[1] == 0 || header.shape[1] > kMostClasses)))
        refuseFile(array.path, header.text(),
            "labels: N whole numbers, or N x classes with a 1 in each row, at most " + std::to_string(kMostClasses) +
                " classes",
            "Save the labels as an array of numbers.");
    if (header.shape[0] != images)
        refuseFile(array.path, std::to_string(header.shape[0]) + " labels",
            std::to_string(images) + ", as many as there are images", "Take both arrays from the same data set.");
}

} // namespace kernelscope
