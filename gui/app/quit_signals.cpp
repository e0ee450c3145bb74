// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quit_signals.h"

#include <QSocketNotifier>

#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

namespace kernelscope {
namespace {

// A signal handler may do little more than write to a pipe; the event loop reads from its other end.
int pipeEnds[2] = {-1, -1};

constexpr int quitSignals[] = {SIGINT, SIGTERM, SIGHUP};
bool isHandled[std::size(quitSignals)] = {};

void handle(int) {
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = write(pipeEnds[1], &byte, 1);
    // Should the orderly end hang, a second signal ends the program at once.
    for (std::size_t i = 0; i < std::size(quitSignals); ++i)
        if (isHandled[i])
            signal(quitSignals[i], SIG_DFL);
}

} // namespace

void onQuitSignal(QObject* context, std::function<void()> quit) {
    if (pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto* notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, context);
    QObject::connect(notifier, &QSocketNotifier::activated, context, [notifier, quit = std::move(quit)] {
        notifier->setEnabled(false);
        quit();
    });
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < std::size(quitSignals); ++i) {
        struct sigaction before {};
        // What is ignored stays ignored: nohup means that a closed terminal is no reason to end.
        if (sigaction(quitSignals[i], nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
            isHandled[i] = true;
            sigaction(quitSignals[i], &action, nullptr);
        }
    }
}

} // namespace kernelscope
