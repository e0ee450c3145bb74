// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Keeps signals away from threads that work in the background.
#pragma once

#include <csignal>

namespace kernelscope {

/// While it lives, its thread receives no signals, and threads started meanwhile never will: whoever waits for SIGINT
/// or SIGTERM gets them, instead of a background thread in which they would end the program.
class SignalGuard {
public:
    SignalGuard() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &m_before);
    }
    ~SignalGuard() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;

private:
    sigset_t m_before{};
};

} // namespace kernelscope
