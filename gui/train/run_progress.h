// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How fast a run goes and how long it will still take, from its own points.
#pragma once

#include "training/run_record.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>

namespace kernelscope {

/// Follows one run. Knows no clock: all times are those of the points, so that pauses do not count.
class RunProgress {
public:
    /// A new run; takes what its record holds so far.
    void begin(const RunRecord& record);
    /// No run.
    void clear();

    void addSteps(std::span<const StepPoint> points);
    void addEpoch(const EpochResult& epoch);

    /// Training images a second: the median over the steps of the last second. Nothing before the second step (the
    /// first also warms caches and the branch predictor up).
    std::optional<double> imagesPerSecond() const;

    /// Seconds that the remaining steps and tests will take at the pace of the last second. Before the first test is
    /// done, tests are not counted. Nothing while the pace is unknown.
    std::optional<double> secondsLeft() const;

    /// Part of all steps that is done, 0 to 1.
    double fraction() const;

    std::int64_t step() const { return m_step; }
    std::int64_t totalSteps() const { return m_totalSteps; }
    /// The epoch that goes on, or the last: 1 for the first, 0 where there is no run.
    int epoch() const;
    int epochs() const { return m_epochs; }
    /// Training loss: mean over the steps of the last second.
    std::optional<double> trainingLoss() const;
    std::optional<double> lastTestAccuracy() const { return m_lastTestAccuracy; }
    std::optional<double> bestTestAccuracy() const { return m_bestTestAccuracy; }

private:
    struct Recent {
        double end = 0;      ///< StepPoint::seconds.
        double duration = 0; ///< Seconds of this step.
        int count = 0;
        float loss = 0;
    };

    std::int64_t m_stepsPerEpoch = 1;
    std::int64_t m_totalSteps = 0;
    int m_epochs = 0;
    int m_epochsTested = 0;
    std::int64_t m_step = 0;
    double m_seconds = 0;
    std::deque<Recent> m_recent;
    std::optional<double> m_lastLoss;
    std::optional<double> m_testSeconds;
    std::optional<double> m_lastTestAccuracy;
    std::optional<double> m_bestTestAccuracy;
};

} // namespace kernelscope
