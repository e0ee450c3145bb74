// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_pixels.h"

#include "data/read_error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>

namespace kernelscope {

namespace {

/// Whether the array's bytes lie as the data set's pixels do.
bool isInOrder(const NpyHeader& header, const NpzImageLayout& layout) {
    std::uint64_t expected = 1;
    for (std::size_t d = header.shape.size(); d-- > 0; expected *= header.shape[d])
        if (header.shape[d] != 1 && layout.strides[d] != expected)
            return false;
    return !header.isFortranOrder;
}

} // namespace

bool isByte(const NpyHeader& header) {
    return header.kind == NpyHeader::Kind::Unsigned && header.valueBytes == 1;
}

NpzRange rangeOf(NpzArchive& archive, const NpzArray& array) {
    NpzRange range;
    archive.visitValues(array, [&](double value) {
        if (!std::isfinite(value))
            refuseFile(array.path, "a value that is infinite or not a number", "finite values",
                "Save the images as numbers from 0 to 255, or from 0 to 1.");
        range.low = std::min(range.low, value);
        range.high = std::max(range.high, value);
    });
    return range;
}

NpzScale scaleFor(NpzRange range, const NpzArray& array) {
    if (range.low >= 0.0 && range.high <= 1.0)
        return {255.0, 0.0, "values from 0 to 1 stretched to 255"};
    if (range.low >= 0.0 && range.high <= 255.0)
        return {};
    if (range.low >= -1.0 && range.high <= 1.0)
        return {127.5, 127.5, "values from -1 to 1 stretched to 0 to 255"};
    refuseFile(array.path, "values from " + std::to_string(range.low) + " to " + std::to_string(range.high),
        "pixels from 0 to 255, 0 to 1, or -1 to 1", "Save the images before they are standardised.");
}

std::vector<std::uint8_t> readPixels(
    NpzArchive& archive, const NpzArray& array, const NpzImageLayout& layout, const NpzScale& scale) {
    const NpyHeader& header = array.header;
    std::vector<std::uint8_t> pixels;
    if (isByte(header) && scale.factor == 1.0 && isInOrder(header, layout)) {
        pixels.reserve(static_cast<std::size_t>(header.count()));
        archive.visitPieces(array,
            [&](std::span<const std::uint8_t> piece) { pixels.insert(pixels.end(), piece.begin(), piece.end()); });
        return pixels;
    }
    // In the order in which values lie in the file, the fastest dimension first.
    std::vector<std::size_t> order(header.shape.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!header.isFortranOrder)
        std::reverse(order.begin(), order.end());
    std::vector<std::uint64_t> index(header.shape.size());
    std::uint64_t to = 0;
    const auto advance = [&] {
        for (const std::size_t d : order) {
            to += layout.strides[d];
            if (++index[d] < header.shape[d])
                return;
            to -= layout.strides[d] * header.shape[d];
            index[d] = 0;
        }
    };
    pixels.resize(static_cast<std::size_t>(header.count()));
    archive.visitValues(array, [&](double value) {
        pixels[static_cast<std::size_t>(to)] =
            static_cast<std::uint8_t>(std::clamp(scale.offset + scale.factor * value, 0.0, 255.0) + 0.5);
        advance();
    });
    return pixels;
}

} // namespace kernelscope
