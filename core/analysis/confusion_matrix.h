// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What was taken for what.
#pragma once

#include "data/data_set.h"
#include "training/prediction.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kernelscope {

/// Counts of images by their true class and the class that they were taken for.
class ConfusionMatrix {
public:
    /// @param classes at least 1.
    explicit ConfusionMatrix(int classes = 1);

    /// Counts one image. Throws Error where one of the two is no class.
    void add(int truth, int predicted);

    int classes() const { return m_classes; }
    std::int64_t count(int truth, int predicted) const { return m_counts[index(truth, predicted)]; }
    std::int64_t total() const;
    /// Images on the diagonal.
    std::int64_t correct() const;
    std::int64_t mistakes() const { return total() - correct(); }
    /// Images of a class: its row's sum.
    std::int64_t images(int truth) const;
    /// Images taken for a class: its column's sum.
    std::int64_t taken(int predicted) const;
    /// The greatest count beside the diagonal.
    std::int64_t greatestMistake() const;
    /// Share of the right ones; nothing where there is no image.
    std::optional<double> accuracy() const;

    bool operator==(const ConfusionMatrix&) const = default;

private:
    std::size_t index(int truth, int predicted) const {
        return static_cast<std::size_t>(truth) * static_cast<std::size_t>(m_classes) +
               static_cast<std::size_t>(predicted);
    }

    int m_classes;
    std::vector<std::int64_t> m_counts; ///< [true class][predicted class].
};

/// How well one class is told from the others. What would divide by zero has no value.
struct ClassScores {
    std::int64_t images = 0;         ///< Of this class ("support").
    std::int64_t taken = 0;          ///< Images taken for it.
    std::int64_t correct = 0;        ///< Both.
    std::optional<double> precision; ///< correct / taken: how far one may believe it when it names this class.
    std::optional<double> recall;    ///< correct / images: how many of the class's images it finds.
    std::optional<double> f1;        ///< Harmonic mean of the two: 2 correct / (images + taken).
};
ClassScores scoresOf(const ConfusionMatrix& matrix, int ofClass);

/// Means over the classes that have a value, each class counting the same ("macro average").
struct MeanScores {
    std::optional<double> precision;
    std::optional<double> recall;
    std::optional<double> f1;
};
MeanScores meanScoresOf(const ConfusionMatrix& matrix);

/// Counts predictions of test images, beginning with the first; DataSet::require() was called for these.
/// Throws Error where there are more than test images, or a class is none of the data's.
ConfusionMatrix confusionOf(const DataSet& data, std::span<const Prediction> predictions);

} // namespace kernelscope
