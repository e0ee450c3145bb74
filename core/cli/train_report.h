// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What `train` tells while it runs.
#pragma once

#include "base/stopwatch.h"
#include "training/trainer.h"

#include <string>

namespace kernelscope {

/// Follows a run for people (a line for each epoch, and on a terminal a line of progress that is redrawn) or for
/// programs (JSON lines).
class TrainReport final : public RunObserver {
public:
    TrainReport(const Trainer& trainer, bool json);

    void started(const RunRecord& record) override;
    void stepsMade(std::span<const StepPoint> points) override;
    void epochDone(const EpochResult& result) override;
    void evaluating(std::size_t done, std::size_t total) override;
    void warned(const std::string& message) override;

    /// Removes the line of progress before something else is printed.
    void clearLine();

private:
    /// Figures of the epoch that is going on.
    struct EpochSums {
        double loss = 0;
        std::int64_t correct = 0;
        std::int64_t images = 0;
        double beginSeconds = 0;
        double imagesPerSecond(double now) const {
            return now > beginSeconds ? static_cast<double>(images) / (now - beginSeconds) : 0;
        }
    };

    void add(const StepPoint& point);
    bool isDue();
    double secondsLeft() const;
    void drawLine(std::string text);

    std::int64_t m_stepsPerEpoch;
    std::int64_t m_totalSteps;
    bool m_json;
    bool m_terminal; ///< stderr is one.
    int m_epochs = 0;
    std::size_t m_lineLength = 0;
    bool m_drawn = false;
    Stopwatch m_sinceDrawn;
    EpochSums m_sums;
    StepPoint m_last;
    double m_testSeconds = 0; ///< Of the last evaluation.
};

} // namespace kernelscope
