// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/confusion_matrix.h"

#include "base/error.h"

#include <algorithm>
#include <string>

namespace kernelscope {
namespace {

std::optional<double> share(std::int64_t part, std::int64_t whole) {
    if (whole == 0)
        return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// A mean over those that have a value.
class Mean {
public:
    void add(std::optional<double> value) {
        m_sum += value.value_or(0);
        m_count += value.has_value();
    }
    std::optional<double> value() const {
        if (m_count == 0)
            return std::nullopt;
        return m_sum / m_count;
    }

private:
    double m_sum = 0;
    int m_count = 0;
};

} // namespace

ConfusionMatrix::ConfusionMatrix(int classes)
    : m_classes(std::max(classes, 1)),
      m_counts(static_cast<std::size_t>(m_classes) * static_cast<std::size_t>(m_classes)) {}

void ConfusionMatrix::add(int truth, int predicted) {
    for (const int found : {truth, predicted})
        if (found < 0 || found >= m_classes)
            throw Error({"Cannot count an image", "", "class " + std::to_string(found),
                "0 to " + std::to_string(m_classes - 1), ""});
    ++m_counts[index(truth, predicted)];
}

std::int64_t ConfusionMatrix::total() const {
    std::int64_t sum = 0;
    for (const std::int64_t count : m_counts)
        sum += count;
    return sum;
}

std::int64_t ConfusionMatrix::correct() const {
    std::int64_t sum = 0;
    for (int k = 0; k < m_classes; ++k)
        sum += count(k, k);
    return sum;
}

std::int64_t ConfusionMatrix::images(int truth) const {
    std::int64_t sum = 0;
    for (int k = 0; k < m_classes; ++k)
        sum += count(truth, k);
    return sum;
}

std::int64_t ConfusionMatrix::taken(int predicted) const {
    std::int64_t sum = 0;
    for (int k = 0; k < m_classes; ++k)
        sum += count(k, predicted);
    return sum;
}

std::int64_t ConfusionMatrix::greatestMistake() const {
    std::int64_t greatest = 0;
    for (int truth = 0; truth < m_classes; ++truth)
        for (int predicted = 0; predicted < m_classes; ++predicted)
            if (truth != predicted)
                greatest = std::max(greatest, count(truth, predicted));
    return greatest;
}

std::optional<double> ConfusionMatrix::accuracy() const {
    return share(correct(), total());
}

ClassScores scoresOf(const ConfusionMatrix& matrix, int ofClass) {
    ClassScores scores;
    scores.images = matrix.images(ofClass);
    scores.taken = matrix.taken(ofClass);
    scores.correct = matrix.count(ofClass, ofClass);
    scores.precision = share(scores.correct, scores.taken);
    scores.recall = share(scores.correct, scores.images);
    scores.f1 = share(2 * scores.correct, scores.images + scores.taken);
    return scores;
}

MeanScores meanScoresOf(const ConfusionMatrix& matrix) {
    Mean precision;
    Mean recall;
    Mean f1;
    for (int k = 0; k < matrix.classes(); ++k) {
        const ClassScores scores = scoresOf(matrix, k);
        precision.add(scores.precision);
        recall.add(scores.recall);
        f1.add(scores.f1);
    }
    return {precision.value(), recall.value(), f1.value()};
}

ConfusionMatrix confusionOf(const DataSet& data, std::span<const Prediction> predictions) {
    if (predictions.size() > data.info().testCount)
        throw Error(
            {"Cannot compare with the labels", data.info().name, std::to_string(predictions.size()) + " predictions",
                std::to_string(data.info().testCount) + " images", ""});
    ConfusionMatrix matrix(data.info().classes);
    for (std::size_t i = 0; i < predictions.size(); ++i)
        matrix.add(data.label(Split::Test, i), predictions[i].classes[0]);
    return matrix;
}

} // namespace kernelscope
