// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_curves.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {

ExponentialSmoother::ExponentialSmoother(double weight) : m_weight(std::clamp(weight, 0.0, 0.9999)) {}

double ExponentialSmoother::add(double value) {
    if (!std::isfinite(value))
        return value;
    m_mean = m_weight * m_mean + (1 - m_weight) * value;
    m_weightPower *= m_weight;
    return m_mean / (1 - m_weightPower);
}

void RunCurves::begin(const RunRecord& record) {
    clear();
    m_stepsPerEpoch = kernelscope::stepsPerEpoch(record.spec, record.data.trainCount);
    m_totalSteps = m_stepsPerEpoch * std::max(record.spec.epochs, 1);
    m_hasSchedule = record.spec.schedule.kind != ScheduleKind::Constant || record.spec.schedule.warmupEpochs > 0;
    m_steps = record.steps;
    m_epochs = record.epochs;
    m_events = record.events;
}

void RunCurves::clear() {
    *this = {};
}

void RunCurves::addSteps(std::span<const StepPoint> points) {
    for (const StepPoint& point : points)
        if (m_steps.empty() || point.step > m_steps.back().step)
            m_steps.push_back(point);
}

void RunCurves::addEpoch(const EpochResult& epoch) {
    if (m_epochs.empty() || epoch.epoch > m_epochs.back().epoch)
        m_epochs.push_back(epoch);
}

void RunCurves::addEvent(const RunEvent& event) {
    const bool known = std::any_of(m_events.begin(), m_events.end(), [&](const RunEvent& other) {
        return other.kind == event.kind && other.step == event.step && other.value == event.value;
    });
    if (!known)
        m_events.push_back(event);
}

double RunCurves::position(const StepPoint& point, CurveAxis axis) const {
    switch (axis) {
    case CurveAxis::Steps:
        return static_cast<double>(point.step);
    case CurveAxis::Epochs:
        return static_cast<double>(point.step) / static_cast<double>(m_stepsPerEpoch);
    case CurveAxis::Seconds:
        break;
    }
    return point.seconds;
}

double RunCurves::position(const EpochResult& epoch, CurveAxis axis) const {
    return position(StepPoint{epoch.lastStep, epoch.endSeconds, 0, 0, 0}, axis);
}

double RunCurves::position(const RunEvent& event, CurveAxis axis) const {
    StepPoint last{event.step - 1, 0, 0, 0, 0};
    const auto after = std::upper_bound(m_steps.begin(), m_steps.end(), last.step,
        [](std::int64_t step, const StepPoint& point) { return step < point.step; });
    if (after != m_steps.begin())
        last.seconds = std::prev(after)->seconds;
    return position(last, axis);
}

double RunCurves::lastPosition(CurveAxis axis) const {
    double last = 0;
    if (!m_steps.empty())
        last = position(m_steps.back(), axis);
    if (!m_epochs.empty())
        last = std::max(last, position(m_epochs.back(), axis));
    return last;
}

std::size_t RunCurves::nearestStep(double wanted, CurveAxis axis) const {
    const auto after = std::lower_bound(m_steps.begin(), m_steps.end(), wanted,
        [&](const StepPoint& point, double x) { return position(point, axis) < x; });
    if (after == m_steps.begin())
        return 0;
    const auto index = static_cast<std::size_t>(after - m_steps.begin());
    if (after == m_steps.end())
        return index - 1;
    const double before = wanted - position(m_steps[index - 1], axis);
    return before <= position(m_steps[index], axis) - wanted ? index - 1 : index;
}

const EpochResult* RunCurves::epochAt(std::int64_t step) const {
    const auto after = std::upper_bound(m_epochs.begin(), m_epochs.end(), step,
        [](std::int64_t wanted, const EpochResult& epoch) { return wanted < epoch.lastStep; });
    return after == m_epochs.begin() ? nullptr : &*std::prev(after);
}

double value(const StepPoint& point, CurveQuantity quantity) {
    if (quantity == CurveQuantity::Loss)
        return static_cast<double>(point.loss);
    return point.count > 0 ? static_cast<double>(point.correct) / point.count : 0;
}

double testValue(const EpochResult& epoch, CurveQuantity quantity) {
    return quantity == CurveQuantity::Loss ? epoch.testLoss : epoch.testAccuracy;
}

} // namespace kernelscope
