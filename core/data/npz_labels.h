// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The labels of a NumPy archive: whole numbers, or a row for each image with a 1 at its class.
#pragma once

#include "data/npz_archive.h"
#include "data/read_error.h"

#include <array>
#include <cstdint>
#include <vector>

namespace kernelscope {

/// What an array of labels holds, found without keeping any of them.
struct NpzLabelSurvey {
    int classes = 0; ///< One more than the highest label, or as many as a row has values.
    std::array<std::uint64_t, kMostClasses> images{};     ///< Of each class.
    std::array<std::uint64_t, kMostClasses> firstImage{}; ///< Of the classes that have any.

    /// Classes that have images.
    int present() const;
    /// Whether a class has two images, one of which can be set aside.
    bool hasPair() const;
};

/// Goes over all labels once. Throws Error where one is no label, or the array is damaged.
NpzLabelSurvey surveyLabels(NpzArchive& archive, const NpzArray& array);

/// Throws Error unless these labels are fit to learn from: at least two classes, and most of the numbers in use, so
/// that a stray one does not pass as a set of 256 classes.
void checkTrainingLabels(const NpzArray& array, const NpzLabelSurvey& labels);

/// Throws Error where a label to test on is none of the classes.
void checkTestLabels(const NpzArray& array, const NpzLabelSurvey& labels, int classes);

/// The labels. Room for all of them is taken at once: surveyLabels() comes before it.
std::vector<std::uint8_t> readLabels(NpzArchive& archive, const NpzArray& array);

} // namespace kernelscope
