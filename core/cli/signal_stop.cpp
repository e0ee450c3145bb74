// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/signal_stop.h"

#include "cli/commands.h"

#include <pthread.h>
#include <unistd.h>

namespace kernelscope {

SignalStop::SignalStop(RunControl& control) : m_control(control) {
    sigemptyset(&m_signals);
    sigaddset(&m_signals, SIGINT);
    sigaddset(&m_signals, SIGTERM);
    // nohup ignores this one, and whoever wrote nohup meant it.
    struct sigaction hangUp {};
    sigaction(SIGHUP, nullptr, &hangUp);
    if (hangUp.sa_handler != SIG_IGN)
        sigaddset(&m_signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &m_signals, &m_maskBefore);
    m_thread = std::thread([this] { wait(); });
}

SignalStop::~SignalStop() {
    m_done = true;
    pthread_kill(m_thread.native_handle(), SIGTERM); // only wakes the thread
    m_thread.join();
    pthread_sigmask(SIG_SETMASK, &m_maskBefore, nullptr);
}

void SignalStop::wait() {
    for (int signal = 0; sigwait(&m_signals, &signal) == 0;) {
        if (m_done)
            return;
        if (m_signal != 0)
            _exit(exitSignal + signal);
        m_signal = signal;
        m_control.cancel();
    }
}

} // namespace kernelscope
