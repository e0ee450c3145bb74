// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The curves of a run as plain data: where each point lies on each axis, and the smoothing of the noisy ones.
#pragma once

#include "training/run_record.h"

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {

/// What the plots' x axis counts.
enum class CurveAxis {
    Steps,   ///< Updates made.
    Epochs,  ///< The same as a fraction of epochs: fair between batch sizes.
    Seconds, ///< Wall-clock of training, without pauses and tests: fair between devices.
};

/// Which of a run's two figures a plot shows.
enum class CurveQuantity {
    Loss,     ///< Cross-entropy.
    Accuracy, ///< 0 to 1.
};

/// Exponentially weighted mean of a series, with the bias of the first values corrected:
/// m_t = w m_(t-1) + (1 - w) x_t, shown as m_t / (1 - w^t). (D. P. Kingma and J. Ba, "Adam", 2015, section 3.)
/// Values that are not finite are passed through and not remembered.
class ExponentialSmoother {
public:
    /// @param weight of what came before, 0 (no smoothing) to below 1.
    explicit ExponentialSmoother(double weight);

    /// The mean after one more value.
    double add(double value);

private:
    double m_weight;
    double m_mean = 0;
    double m_weightPower = 1; ///< weight^t.
};

/// One run's points. Fed as they arrive, or with a whole record at once.
class RunCurves {
public:
    /// Forgets everything and takes what the record holds so far.
    void begin(const RunRecord& record);
    /// No run: nothing to draw.
    void clear();

    /// Steps in order; those that are already known are left out.
    void addSteps(std::span<const StepPoint> points);
    /// Epochs in order; those that are already known are left out.
    void addEpoch(const EpochResult& epoch);
    /// A change of the learning rate; one that is already known is left out.
    void addEvent(const RunEvent& event);

    const std::vector<StepPoint>& steps() const { return m_steps; }
    const std::vector<EpochResult>& epochs() const { return m_epochs; }
    const std::vector<RunEvent>& events() const { return m_events; }
    bool isEmpty() const { return m_steps.empty() && m_epochs.empty(); }

    /// Steps of one epoch, 1 where there is no run.
    std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    /// Whether the learning rate is scaled by a schedule.
    bool hasSchedule() const { return m_hasSchedule; }
    /// Steps of all epochs that the run was set up for.
    std::int64_t totalSteps() const { return m_totalSteps; }

    /// Where a point lies on an axis.
    double position(const StepPoint& point, CurveAxis axis) const;
    double position(const EpochResult& epoch, CurveAxis axis) const;
    /// A change lies at the end of the last step made with the old rate.
    double position(const RunEvent& event, CurveAxis axis) const;
    /// The greatest position that any point has, 0 without points.
    double lastPosition(CurveAxis axis) const;
    /// Index of the step nearest to a position, which may lie beyond either end. Only with steps.
    std::size_t nearestStep(double position, CurveAxis axis) const;
    /// The last epoch whose test lies at or before a step; null where there is none.
    const EpochResult* epochAt(std::int64_t step) const;

private:
    std::int64_t m_stepsPerEpoch = 1;
    std::int64_t m_totalSteps = 1;
    bool m_hasSchedule = false;
    std::vector<StepPoint> m_steps;
    std::vector<EpochResult> m_epochs;
    std::vector<RunEvent> m_events;
};

/// What a step or a test measured of a quantity. Accuracy of a step without images is 0.
double value(const StepPoint& point, CurveQuantity quantity);
double testValue(const EpochResult& epoch, CurveQuantity quantity);

} // namespace kernelscope
