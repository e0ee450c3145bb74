// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a network took the test images for, counted, and in words.
#pragma once

#include "analysis/confusion_matrix.h"

#include <QString>

#include <memory>
#include <vector>

namespace kernelscope {

/// A data set's test images and what a network took them for. Immutable, shared by the views of a page.
struct Evaluated {
    /// Counts them up. Throws Error where the predictions are not the data's.
    Evaluated(DataSetPtr ofData, EpochPredictionsPtr ofImages);

    DataSetPtr data; ///< Whose labels and test images are there.
    EpochPredictionsPtr predictions;
    ConfusionMatrix matrix;
    std::vector<QString> names; ///< Of the classes.

    const std::vector<Prediction>& images() const { return predictions->images; }
    int truth(std::size_t image) const { return data->label(Split::Test, image); }
    int taken(std::size_t image) const { return images()[image].classes[0]; }
    /// "“4”".
    QString name(int ofClass) const;
};
using EvaluatedPtr = std::shared_ptr<const Evaluated>;

/// What is chosen in a confusion matrix; -1 stands for all classes: a cell, a row (only `truth`), a column (only
/// `predicted`), or nothing.
struct CellChoice {
    int truth = -1;
    int predicted = -1;
    bool isCell() const { return truth >= 0 && predicted >= 0; }
    bool isNothing() const { return truth < 0 && predicted < 0; }
    bool operator==(const CellChoice&) const = default;
};

/// What is counted there, as a sentence: "12 images of “4” were taken for “9”, 1.2 % of all 982."
QString choiceText(const Evaluated& evaluated, CellChoice choice);

/// One test image, as a sentence: "Test image 1,234 is “4” and was taken for “9”, 97.1 % sure."
QString imageText(const Evaluated& evaluated, std::size_t image);

/// A score as a percentage; a dash where there is none.
QString scoreText(const std::optional<double>& score);

} // namespace kernelscope
