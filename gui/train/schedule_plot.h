// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The learning rate of a run, drawn before it runs.
#pragma once

#include "training/schedule.h"

#include <QString>
#include <QWidget>

namespace kernelscope {

/// What is drawn: a schedule and the run that it is for.
struct ScheduleCourse {
    ScheduleSpec schedule;
    float learningRate = 0; ///< Of the optimizer.
    std::int64_t totalSteps = 0;
    std::int64_t stepsPerEpoch = 0; ///< 0: not known, nothing is drawn.
    bool operator==(const ScheduleCourse&) const = default;
};

/// "From 4e-05 up to 0.001 at step 563, then down to 4e-09 at step 1,875."
QString courseText(const ScheduleCourse& course);

/// A small plot of the learning rate over the steps of a run, with a line between epochs where there is room. The tip
/// under the pointer reads values; the accessible description says the course in words.
class SchedulePlot : public QWidget {
    Q_OBJECT

public:
    explicit SchedulePlot(QWidget* parent = nullptr);

    void setCourse(const ScheduleCourse& course);
    const ScheduleCourse& course() const { return m_course; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    /// Where curves are drawn.
    QRectF plotRect() const;
    double rateAt(double part) const;
    double highest() const;

    ScheduleCourse m_course;
};

} // namespace kernelscope
