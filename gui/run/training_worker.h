// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The object that trains in a thread of its own.
#pragma once

#include "run/run_mailbox.h"
#include "training/trainer.h"

#include <QObject>

namespace kernelscope {

/// Runs one training. TrainingController makes it, moves it to a QThread and lets the thread's start call run().
class TrainingWorker final : public QObject {
    Q_OBJECT

public:
    explicit TrainingWorker(RunSetup setup) : m_setup(std::move(setup)) {}

    /// Thread-safe: pulled by the GUI directly, because run() blocks this object's event loop.
    RunControl& control() { return m_control; }
    /// Thread-safe on the GUI's side through take().
    RunMailbox& mailbox() { return m_mailbox; }

public slots:
    /// Trains until done or cancelled. Whatever is thrown ends in the mailbox as a failure; then the thread is told to
    /// quit.
    void run();

private:
    RunSetup m_setup;
    RunControl m_control;
    RunMailbox m_mailbox;
};

} // namespace kernelscope
