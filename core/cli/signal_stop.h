// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Turns signals that ask a process to end into a clean stop of the training.
#pragma once

#include "training/run_control.h"

#include <atomic>
#include <csignal>
#include <thread>

namespace kernelscope {

/// While it lives, SIGINT, SIGTERM and SIGHUP cancel the run; a second signal ends the process at once. Make it before
/// any other thread, because threads inherit which signals they leave to it.
class SignalStop {
public:
    explicit SignalStop(RunControl& control);
    SignalStop(const SignalStop&) = delete;
    SignalStop& operator=(const SignalStop&) = delete;
    ~SignalStop();

    /// The signal that stopped the run, 0 where there was none.
    int signal() const { return m_signal; }

private:
    void wait();

    RunControl& m_control;
    sigset_t m_signals{};
    sigset_t m_maskBefore{};
    std::atomic<int> m_signal{0};
    std::atomic<bool> m_done{false};
    std::thread m_thread;
};

} // namespace kernelscope
