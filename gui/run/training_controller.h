// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Training in this process.
#pragma once

#include "run/run_mailbox.h"
#include "run/run_source.h"

#include <QThread>
#include <QTimer>

#include <chrono>
#include <memory>

namespace kernelscope {

class TrainingWorker;

/// The local RunSource: a TrainingWorker in a QThread for each run. Levers are pulled on the worker's RunControl
/// directly; news is fetched from its mailbox by a timer. Nothing else crosses between the two threads.
class TrainingController final : public RunSource {
    Q_OBJECT

public:
    explicit TrainingController(QObject* parent = nullptr);
    /// Cancels a run that goes on and waits until its thread is gone.
    ~TrainingController() override;

    State state() const override { return m_state; }
    void start(const RunSetup& setup, Begin begin = Begin::Running) override;
    void pause() override;
    void resume() override;
    void step() override;
    void stop() override;
    void setLearningRate(float learningRate) override;
    void setViewsFrozen(bool frozen) override;

    /// Ends a run that goes on and waits for it: a training step or a piece of an evaluation long, but not longer than
    /// `patience`. finished() or failed() is emitted before it returns true; false where the device still computes.
    bool stopAndWait(std::chrono::milliseconds patience);

private:
    void poll();
    void endThread();
    void endRun();
    void setState(State state);
    void setPollInterval();
    State stateOf(RunMailbox::Phase phase) const;

    State m_state = State::Idle;
    RunMailbox::Phase m_phase = RunMailbox::Phase::Over;
    bool m_viewsFrozen = false;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<TrainingWorker> m_worker;
    QTimer m_timer;
    RunResultPtr m_result;                ///< Arrived, the thread not being gone yet.
    std::optional<std::string> m_failure; ///< Likewise.
};

} // namespace kernelscope
