// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_progress.h"

#include "train/run_curves.h"

#include <algorithm>
#include <vector>

namespace kernelscope {
namespace {

constexpr double window = 1.0; // seconds that "now" lasts

} // namespace

void RunProgress::begin(const RunRecord& record) {
    clear();
    m_stepsPerEpoch = stepsPerEpoch(record.spec, record.data.trainCount);
    m_epochs = record.spec.epochs;
    m_totalSteps = m_stepsPerEpoch * m_epochs;
    addSteps(record.steps);
    for (const EpochResult& epoch : record.epochs)
        addEpoch(epoch);
}

void RunProgress::clear() {
    *this = {};
}

void RunProgress::addSteps(std::span<const StepPoint> points) {
    for (const StepPoint& point : points) {
        if (point.step <= m_step)
            continue;
        if (m_step > 0)
            m_recent.push_back({point.seconds, point.seconds - m_seconds, point.count, point.loss});
        m_lastLoss = static_cast<double>(point.loss);
        m_step = point.step;
        m_seconds = point.seconds;
    }
    // At least one step stays, however slow the device is.
    while (m_recent.size() > 1 && m_recent.front().end < m_seconds - window)
        m_recent.pop_front();
}

void RunProgress::addEpoch(const EpochResult& epoch) {
    if (epoch.epoch <= m_epochsTested)
        return;
    m_epochsTested = epoch.epoch;
    m_testSeconds = epoch.testSeconds;
    m_lastTestAccuracy = epoch.testAccuracy;
    m_bestTestAccuracy = std::max(m_bestTestAccuracy.value_or(0), epoch.testAccuracy);
}

std::optional<double> RunProgress::imagesPerSecond() const {
    std::vector<double> rates;
    rates.reserve(m_recent.size());
    for (const Recent& step : m_recent)
        if (step.duration > 0)
            rates.push_back(step.count / step.duration);
    if (rates.empty())
        return std::nullopt;
    const auto middle = rates.begin() + static_cast<std::ptrdiff_t>(rates.size() / 2);
    std::nth_element(rates.begin(), middle, rates.end());
    if (rates.size() % 2)
        return *middle;
    return (*middle + *std::max_element(rates.begin(), middle)) / 2;
}

std::optional<double> RunProgress::secondsLeft() const {
    double duration = 0;
    for (const Recent& step : m_recent)
        duration += step.duration;
    if (m_recent.empty() || duration <= 0)
        return std::nullopt;
    const double perStep = duration / static_cast<double>(m_recent.size());
    return perStep * static_cast<double>(m_totalSteps - m_step) +
           m_testSeconds.value_or(0) * (m_epochs - m_epochsTested);
}

double RunProgress::fraction() const {
    return m_totalSteps ? static_cast<double>(m_step) / static_cast<double>(m_totalSteps) : 0;
}

int RunProgress::epoch() const {
    if (!m_totalSteps)
        return 0;
    return static_cast<int>(
        std::min<std::int64_t>(std::max<std::int64_t>(m_step - 1, 0) / m_stepsPerEpoch + 1, m_epochs));
}

std::optional<double> RunProgress::trainingLoss() const {
    if (m_recent.empty())
        return m_lastLoss; // the first step has no duration of its own, but a loss
    double sum = 0;
    double images = 0;
    for (const Recent& step : m_recent) {
        sum += static_cast<double>(step.loss) * step.count;
        images += step.count;
    }
    return images > 0 ? std::optional(sum / images) : std::nullopt;
}

} // namespace kernelscope
