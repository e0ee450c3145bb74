// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The built-in digits: any sample of the set, at once.
#pragma once

#include "data/data_set.h"
#include "data/digits/digit_settings.h"
#include "data/digits/pen.h"

#include <cstdint>
#include <span>

namespace kernelscope::digits {

/// Images that one simulated writer contributes.
inline constexpr std::uint64_t kImagesPerWriter = 20;

/// Writers of the training set, and those of the test set: others.
inline constexpr std::uint64_t kTrainWriters = 3000;
inline constexpr std::uint64_t kTestWriters = 500;

/// Who wrote a sample. Test writers are none of the training writers.
std::uint64_t writerOf(Split split, std::uint64_t index);

/// Which digit a sample shows, 0 to 9. Each ten samples from a multiple of ten hold each digit once.
std::uint8_t digitLabel(std::uint64_t seed, Split split, std::uint64_t index);

/// Draws a sample: 28 x 28 pixels, 0 = background, 255 = full ink. A pure function of its arguments: the same bytes
/// for every compiler, machine, thread and order.
void drawDigit(std::uint64_t seed, Split split, std::uint64_t index, std::span<std::uint8_t, kPixels> pixels);

/// The same with other settings, to measure what each of them contributes.
void drawDigit(std::uint64_t seed, Split split, std::uint64_t index, const DigitSettings& settings,
    std::span<std::uint8_t, kPixels> pixels);

} // namespace kernelscope::digits
