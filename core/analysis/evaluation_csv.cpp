// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/evaluation_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kernelscope {
namespace {

template <class Number>
void append(std::string& text, Number number) {
    std::array<char, 32> digits{};
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append(std::string& text, std::optional<double> number) {
    if (number)
        append(text, *number);
}

} // namespace

std::string csvField(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::string confusionCsv(const ConfusionMatrix& matrix, const std::vector<std::string>& classNames) {
    std::string text = "true";
    for (const std::string& name : classNames)
        text += ',' + csvField(name);
    text += '\n';
    for (int truth = 0; truth < matrix.classes(); ++truth) {
        text += csvField(classNames.at(static_cast<std::size_t>(truth)));
        for (int predicted = 0; predicted < matrix.classes(); ++predicted) {
            text += ',';
            append(text, matrix.count(truth, predicted));
        }
        text += '\n';
    }
    return text;
}

std::string classesCsv(const ConfusionMatrix& matrix, const std::vector<std::string>& classNames) {
    std::string text = "class,images,taken_for_it,correct,precision,recall,f1\n";
    for (int k = 0; k < matrix.classes(); ++k) {
        const ClassScores scores = scoresOf(matrix, k);
        text += csvField(classNames.at(static_cast<std::size_t>(k)));
        for (const std::int64_t count : {scores.images, scores.taken, scores.correct}) {
            text += ',';
            append(text, count);
        }
        for (const std::optional<double>& score : {scores.precision, scores.recall, scores.f1}) {
            text += ',';
            append(text, score);
        }
        text += '\n';
    }
    return text;
}

std::string predictionsCsv(
    const DataSet& data, std::span<const Prediction> predictions, std::span<const std::uint32_t> images) {
    constexpr std::array<std::string_view, kPredictionClasses> heads{
        ",predicted,probability", ",second,second_probability", ",third,third_probability"};
    const DataInfo& info = data.info();
    const auto classes = static_cast<std::size_t>(std::min(info.classes, kPredictionClasses));
    std::vector<std::string> names;
    for (const std::string& name : info.classNames)
        names.push_back(csvField(name));
    std::string text = "image,true";
    for (std::size_t place = 0; place < classes; ++place)
        text += heads[place];
    text += '\n';
    for (const std::uint32_t image : images) {
        append(text, std::uint64_t{image} + 1);
        text += ',' + names.at(data.label(Split::Test, image));
        for (std::size_t place = 0; place < classes; ++place) {
            text += ',' + names.at(predictions[image].classes[place]) + ',';
            append(text, predictions[image].probabilities[place]);
        }
        text += '\n';
    }
    return text;
}

} // namespace kernelscope
