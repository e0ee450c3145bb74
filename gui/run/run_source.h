// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Where a run comes from: the local worker, a replay, or a remote process. No view knows which.
#pragma once

#include "training/trainer.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace kernelscope {

using RunResultPtr = std::shared_ptr<const RunResult>;

/// Starts and steers one run at a time and tells of it, in the GUI's thread. All functions return at once.
/// Signals come at most 30 times a second, each with everything since the last: no step is ever left out.
class RunSource : public QObject {
    Q_OBJECT

public:
    enum class State {
        Idle,     ///< Nothing runs; start() is possible.
        Loading,  ///< The device is being opened.
        Running,  ///< Training.
        Testing,  ///< Evaluating an epoch.
        Paused,   ///< Waits for resume(), step() or stop().
        Stopping, ///< Will be Idle soon.
    };
    Q_ENUM(State)

    using QObject::QObject;

    virtual State state() const = 0;
    bool isBusy() const { return state() != State::Idle; }

    /// How a run begins.
    enum class Begin {
        Running, ///< Trains until told otherwise.
        OneStep, ///< Makes its first step, then waits as after step().
    };

    /// Begins a run; ignored unless Idle. Errors arrive as failed().
    virtual void start(const RunSetup& setup, Begin begin = Begin::Running) = 0;
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// One training step, then paused.
    virtual void step() = 0;
    /// Ends the run early; finished() follows with what was learnt.
    virtual void stop() = 0;
    /// From the next step on.
    virtual void setLearningRate(float learningRate) = 0;
    /// Leaves the computer to the training: no parameters are copied for views, and news comes twice a second. Holds
    /// for later runs too, until it is taken back.
    virtual void setViewsFrozen(bool frozen) = 0;

signals:
    void stateChanged(kernelscope::RunSource::State state);
    /// The device is loaded; the record holds all but results.
    void started(const kernelscope::RunRecord& record);
    void stepsArrived(const std::vector<kernelscope::StepPoint>& points);
    void epochArrived(const kernelscope::EpochResult& epoch);
    /// What the network takes the test images for after an epoch that has arrived: one of each.
    void predictionsArrived(const kernelscope::EpochPredictionsPtr& predictions);
    void eventArrived(const kernelscope::RunEvent& event);
    /// Something that the user should know though the run goes on.
    void warned(const QString& message);
    /// The latest parameters.
    void snapshotArrived(const kernelscope::SnapshotPtr& snapshot);
    /// Test images done in the evaluation that is going on.
    void evaluating(std::size_t done, std::size_t total);
    /// The run is over (completed, stopped or no longer finite); state() is Idle again.
    void finished(const kernelscope::RunResultPtr& result);
    /// The run could not begin or go on; state() is Idle again.
    void failed(const QString& message);
};

} // namespace kernelscope
