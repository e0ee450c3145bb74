// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Augmentation: each time that a training image is seen, it is moved and mirrored a little, so that the network learns
/// the thing and not its place. Whole-number arithmetic on Philox's words, defined here once for every backend, device
/// code included: all see the same images.
#pragma once

#include "base/philox.h"
#include "network/shape.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernelscope {

/// What may happen to a training image. Images that are tested on stay as they are.
struct AugmentationSpec {
    int shift = 0;     ///< Pixels to each side at most, 0 to greatestShift().
    bool flip = false; ///< Every second image on average is mirrored, left for right.
    bool operator==(const AugmentationSpec&) const = default;
};

/// The farthest that an image may be moved: 4 pixels, as is usual for pictures of 32x32.
constexpr int greatestShift() {
    return 4;
}

/// Whether there is anything to do at all.
constexpr bool isActive(const AugmentationSpec& spec) {
    return spec.shift > 0 || spec.flip;
}

/// What happens to one image: it is mirrored, then moved.
struct Augmentation {
    int dx = 0; ///< Pixels to the right.
    int dy = 0; ///< Pixels down.
    bool flip = false;
    bool operator==(const Augmentation&) const = default;
};

/// What happens to an image of a training step, drawn from the block of Philox 4x32-10 with
/// key = seed and counter = (0, position, step, RandomStream::Augmentation): word 0 decides dx and word 1 dy, as the
/// high part of word * (2 * shift + 1); the highest bit of word 2 decides about the mirror.
/// @param seed TrainingSpec::seed; @param step of the training, 1 for the run's first; its lower 32 bits count;
/// @param samplePosition of the image in the step's batch, from 0. Device code may call it.
constexpr Augmentation drawAugmentation(
    const AugmentationSpec& spec, std::uint64_t seed, std::int64_t step, std::size_t samplePosition) {
    const PhiloxBlock block = philox({0, static_cast<std::uint32_t>(samplePosition), static_cast<std::uint32_t>(step),
                                         static_cast<std::uint32_t>(RandomStream::Augmentation)},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    const std::uint64_t places = 2 * static_cast<std::uint64_t>(spec.shift) + 1;
    const int dx = static_cast<int>((block[0] * places) >> 32) - spec.shift;
    const int dy = static_cast<int>((block[1] * places) >> 32) - spec.shift;
    return {dx, dy, spec.flip && (block[2] >> 31) != 0};
}

/// The column of the original that a column of the augmented image shows; outside 0 .. width - 1 it shows nothing.
constexpr int sourceColumn(const Augmentation& of, int x, int width) {
    return of.flip ? width - 1 - (x - of.dx) : x - of.dx;
}

/// The row of the original, likewise.
constexpr int sourceRow(const Augmentation& of, int y) {
    return y - of.dy;
}

/// Makes the augmented image. What comes in from beyond the border is 0, the background of a digit, and for pictures
/// what is usual since K. He et al., "Deep residual learning", 2016 (zeros around the image, then a random crop).
/// @param image,out shape.size() pixels, CHW; they must not overlap.
constexpr void augment(
    std::span<const std::uint8_t> image, Shape shape, const Augmentation& how, std::span<std::uint8_t> out) {
    const auto width = static_cast<std::size_t>(shape.width);
    for (int c = 0; c < shape.channels; ++c)
        for (int y = 0; y < shape.height; ++y) {
            const std::size_t plane = static_cast<std::size_t>(c) * static_cast<std::size_t>(shape.height);
            const std::size_t to = (plane + static_cast<std::size_t>(y)) * width;
            const int row = sourceRow(how, y);
            const bool isInside = row >= 0 && row < shape.height;
            const std::size_t from = (plane + static_cast<std::size_t>(isInside ? row : 0)) * width;
            for (int x = 0; x < shape.width; ++x) {
                const int column = sourceColumn(how, x, shape.width);
                out[to + static_cast<std::size_t>(x)] = isInside && column >= 0 && column < shape.width
                                                            ? image[from + static_cast<std::size_t>(column)]
                                                            : std::uint8_t{0};
            }
        }
}

} // namespace kernelscope
