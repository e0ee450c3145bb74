// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The figures of a run that goes on.
#pragma once

#include "run/run_source.h"
#include "train/run_progress.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <array>

class QHBoxLayout;
class QLabel;

namespace kernelscope {

class TabularLabel;

/// Loss, accuracy, speed and time, in type that does not jump; epoch and step are in the run bar. Renewed four times a
/// second, which is as fast as figures can be read.
class RunReadouts : public QWidget {
    Q_OBJECT

public:
    explicit RunReadouts(QWidget* parent = nullptr);

    /// A run began. @param trainingFlops of one image, dense-equivalent.
    void begin(const RunRecord& record, std::int64_t trainingFlops);
    void addSteps(std::span<const StepPoint> points);
    void addEpoch(const EpochResult& epoch);
    void setState(RunSource::State state);
    void setEvaluating(std::size_t done, std::size_t total);

    const RunProgress& progress() const { return m_progress; }
    /// Shows the latest figures now.
    void refresh();

private:
    enum Tile { TrainingLoss, TestAccuracy, Speed, Compute, Elapsed, Left, TileCount };

    void addTile(QHBoxLayout& row, Tile tile, const char* objectName, const QString& caption, const QString& tip,
        const QString& longest);
    double elapsedSeconds() const;
    QString leftText() const;

    RunProgress m_progress;
    std::int64_t m_trainingFlops = 0;
    RunSource::State m_state = RunSource::State::Idle;
    std::size_t m_tested = 0;
    std::size_t m_toTest = 0;
    double m_elapsedBefore = 0; ///< Seconds of the run up to the last pause.
    QElapsedTimer m_sinceResumed;
    QTimer m_timer;
    std::array<TabularLabel*, TileCount> m_values{};
    std::array<QLabel*, TileCount> m_captions{};
};

} // namespace kernelscope
