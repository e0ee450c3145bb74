// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_csv.h"

#include "train/run_curves.h"

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>

namespace kernelscope {
namespace {

template <class Number>
void append(std::string& text, Number number) {
    if constexpr (std::floating_point<Number>)
        if (!std::isfinite(number))
            return;
    std::array<char, 32> digits{};
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

} // namespace

std::string runCsv(const RunRecord& record) {
    const std::int64_t epochSteps = stepsPerEpoch(record.spec, record.data.trainCount);
    std::string text =
        "step,epoch,seconds,train_loss,train_correct,train_count,learning_rate,test_loss,test_accuracy\n";
    text.reserve(text.size() + record.steps.size() * 64);
    float learningRate = record.spec.optimizer.learningRate;
    std::size_t event = 0;
    std::size_t epoch = 0;
    for (const StepPoint& point : record.steps) {
        for (; event < record.events.size() && record.events[event].step <= point.step; ++event)
            learningRate = record.events[event].value;
        append(text, point.step);
        text += ',';
        append(text, (point.step - 1) / epochSteps + 1);
        text += ',';
        append(text, point.seconds);
        text += ',';
        append(text, point.loss);
        text += ',';
        append(text, point.correct);
        text += ',';
        append(text, point.count);
        text += ',';
        append(text, learningRate);
        text += ',';
        while (epoch < record.epochs.size() && record.epochs[epoch].lastStep < point.step)
            ++epoch;
        const bool tested = epoch < record.epochs.size() && record.epochs[epoch].lastStep == point.step;
        if (tested)
            append(text, record.epochs[epoch].testLoss);
        text += ',';
        if (tested)
            append(text, record.epochs[epoch].testAccuracy);
        text += '\n';
    }
    return text;
}

} // namespace kernelscope
