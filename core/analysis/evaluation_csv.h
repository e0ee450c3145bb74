// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a network gets right and wrong, as tables for spreadsheets and scripts.
#pragma once

#include "analysis/confusion_matrix.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kernelscope {

// Comma-separated values (RFC 4180, but lines end in a plain newline), UTF-8, after a line of names. Figures have a dot
// and the fewest digits that read back as the same value, whatever the locale. What has no value is left empty.

/// The confusion matrix: a line for each true class, a column for each class that images were taken for.
///
///     true,0,1,2
///     0,980,0,3
std::string confusionCsv(const ConfusionMatrix& matrix, const std::vector<std::string>& classNames);

/// A line for each class: class,images,taken_for_it,correct,precision,recall,f1
std::string classesCsv(const ConfusionMatrix& matrix, const std::vector<std::string>& classNames);

/// A line for each of the test images, in the order of `images`; as many classes as the network has, at most three.
/// Images are numbered from 1, as on screen:
///
///     image,true,predicted,probability,second,second_probability,third,third_probability
///
/// @param predictions one for each test image; @param images indices among them, for which DataSet::require() was
/// called.
std::string predictionsCsv(
    const DataSet& data, std::span<const Prediction> predictions, std::span<const std::uint32_t> images);

/// A text as a field: in quotes where it holds a comma, a quote or a line's end.
std::string csvField(std::string_view text);

} // namespace kernelscope
