// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_labels.h"

#include "data/npz_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace kernelscope {

namespace {

constexpr const char* kOneInEachRow = "a single 1 among zeros in each row";

[[noreturn]] void refuseLabel(const NpzArray& array, std::uint64_t image, double value, const std::string& expected) {
    std::string text = std::to_string(value);
    if (std::floor(value) == value && std::fabs(value) < 1e15)
        text = std::to_string(static_cast<std::int64_t>(value));
    refuseFile(
        array.path, "label " + text + " for image " + std::to_string(image), expected, "Save whole numbers from 0 on.");
}

/// Calls visit(image, label) for each value of an array of numbers.
template <class Visit>
void visitNumbers(NpzArchive& archive, const NpzArray& array, const Visit& visit) {
    std::uint64_t image = 0;
    archive.visitValues(array, [&](double value) {
        if (!(value >= 0.0 && value < kMostClasses) || std::floor(value) != value)
            refuseLabel(array, image, value, "whole numbers from 0 to " + std::to_string(kMostClasses - 1));
        visit(image++, static_cast<std::uint8_t>(value));
    });
}

/// Calls visit(image, label) for the 1 in each row, one row after the other.
template <class Visit>
void visitRows(NpzArchive& archive, const NpzArray& array, const Visit& visit) {
    const std::uint64_t classes = array.header.shape[1];
    std::uint64_t image = 0;
    std::uint64_t column = 0;
    bool hasOne = false;
    archive.visitValues(array, [&](double value) {
        if (value != 0.0) {
            if (value != 1.0 || hasOne)
                refuseLabel(array, image, value, kOneInEachRow);
            hasOne = true;
            visit(image, static_cast<std::uint8_t>(column));
        }
        if (++column < classes)
            return;
        if (!hasOne)
            refuseLabel(array, image, 0.0, kOneInEachRow);
        ++image;
        column = 0;
        hasOne = false;
    });
}

/// The same where the rows lie beside each other (Fortran's order): a bit is kept for each.
template <class Visit>
void visitColumns(NpzArchive& archive, const NpzArray& array, const Visit& visit) {
    const std::uint64_t images = array.header.shape[0];
    if (images / 8 > archive.trustedSize())
        refuseFile(array.path,
            std::to_string(images) + " rows in Fortran's order, more than the archive can be trusted with",
            "labels in C's order, or as whole numbers", "Save them with numpy.ascontiguousarray.");
    std::vector<bool> hasOne(static_cast<std::size_t>(images));
    std::uint64_t at = 0;
    archive.visitValues(array, [&](double value) {
        const std::uint64_t image = at % images;
        const std::uint64_t label = at / images;
        ++at;
        if (value == 0.0)
            return;
        if (value != 1.0 || hasOne[static_cast<std::size_t>(image)])
            refuseLabel(array, image, value, kOneInEachRow);
        hasOne[static_cast<std::size_t>(image)] = true;
        visit(image, static_cast<std::uint8_t>(label));
    });
    const auto without = std::find(hasOne.begin(), hasOne.end(), false);
    if (without != hasOne.end())
        refuseLabel(array, static_cast<std::uint64_t>(without - hasOne.begin()), 0.0, kOneInEachRow);
}

template <class Visit>
void visitLabels(NpzArchive& archive, const NpzArray& array, const Visit& visit) {
    if (!isOneHot(array.header))
        visitNumbers(archive, array, visit);
    else if (!array.header.isFortranOrder)
        visitRows(archive, array, visit);
    else
        visitColumns(archive, array, visit);
}

} // namespace

int NpzLabelSurvey::present() const {
    return static_cast<int>(std::count_if(images.begin(), images.end(), [](std::uint64_t count) { return count > 0; }));
}

bool NpzLabelSurvey::hasPair() const {
    return std::any_of(images.begin(), images.end(), [](std::uint64_t count) { return count > 1; });
}

NpzLabelSurvey surveyLabels(NpzArchive& archive, const NpzArray& array) {
    NpzLabelSurvey survey;
    if (isOneHot(array.header))
        survey.classes = static_cast<int>(array.header.shape[1]);
    visitLabels(archive, array, [&](std::uint64_t image, std::uint8_t label) {
        std::uint64_t& first = survey.firstImage[label];
        first = survey.images[label] == 0 ? image : std::min(first, image);
        ++survey.images[label];
        survey.classes = std::max(survey.classes, label + 1);
    });
    return survey;
}

void checkTrainingLabels(const NpzArray& array, const NpzLabelSurvey& labels) {
    if (2 * labels.present() <= labels.classes && labels.classes > 2)
        refuseFile(array.path,
            "labels up to " + std::to_string(labels.classes - 1) + ", of which only " +
                std::to_string(labels.present()) + " have images",
            "labels from 0 on without large gaps", "Number the classes from 0 on.");
    if (labels.present() < 2)
        refuseFile(array.path, "one class", "at least two", "Add images of another class.");
}

void checkTestLabels(const NpzArray& array, const NpzLabelSurvey& labels, int classes) {
    int stray = -1;
    for (int label = classes; label < kMostClasses; ++label) {
        const auto i = static_cast<std::size_t>(label);
        if (labels.images[i] > 0 &&
            (stray < 0 || labels.firstImage[i] < labels.firstImage[static_cast<std::size_t>(stray)]))
            stray = label;
    }
    if (stray >= 0)
        refuseFile(array.path,
            "label " + std::to_string(stray) + " for image " +
                std::to_string(labels.firstImage[static_cast<std::size_t>(stray)]),
            "labels from 0 to " + std::to_string(classes - 1) + ", as in the training labels",
            "Take both arrays from the same data set.");
}

std::vector<std::uint8_t> readLabels(NpzArchive& archive, const NpzArray& array) {
    std::vector<std::uint8_t> labels(static_cast<std::size_t>(array.header.shape[0]));
    visitLabels(archive, array,
        [&](std::uint64_t image, std::uint8_t label) { labels[static_cast<std::size_t>(image)] = label; });
    return labels;
}

} // namespace kernelscope
