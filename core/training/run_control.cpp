// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/run_control.h"

#include "base/stopwatch.h"

#include <utility>

namespace kernelscope {

void RunControl::pause() {
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Cancelled)
        m_state = State::Paused;
    m_changed.notify_all();
}

void RunControl::resume() {
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Cancelled)
        m_state = State::Running;
    m_changed.notify_all();
}

void RunControl::step() {
    const std::lock_guard lock(m_mutex);
    if (m_state != State::Cancelled)
        m_state = State::Stepping;
    m_changed.notify_all();
}

void RunControl::cancel() {
    const std::lock_guard lock(m_mutex);
    m_state = State::Cancelled;
    m_changed.notify_all();
}

void RunControl::setLearningRate(float learningRate) {
    const std::lock_guard lock(m_mutex);
    m_learningRate = learningRate;
}

RunControl::State RunControl::state() const {
    const std::lock_guard lock(m_mutex);
    return m_state;
}

RunControl::Turn RunControl::waitForTurn() {
    std::unique_lock lock(m_mutex);
    const double waited = wait(lock);
    return takeTurn(waited);
}

std::optional<RunControl::Turn> RunControl::turnNow() {
    const std::lock_guard lock(m_mutex);
    if (m_state == State::Paused)
        return std::nullopt;
    return takeTurn(0);
}

double RunControl::waitWhilePaused(std::optional<std::chrono::milliseconds> most) {
    std::unique_lock lock(m_mutex);
    return wait(lock, most);
}

RunControl::Turn RunControl::takeTurn(double waited) {
    Turn turn;
    turn.waited = waited;
    turn.go = m_state != State::Cancelled;
    if (m_state == State::Stepping) {
        turn.single = true;
        m_state = State::Paused;
    }
    turn.learningRate = std::exchange(m_learningRate, std::nullopt);
    return turn;
}

double RunControl::wait(std::unique_lock<std::mutex>& lock, std::optional<std::chrono::milliseconds> most) {
    if (m_state != State::Paused)
        return 0;
    const Stopwatch watch;
    const auto goesOn = [this] { return m_state != State::Paused; };
    if (most)
        m_changed.wait_for(lock, *most, goesOn);
    else
        m_changed.wait(lock, goesOn);
    return watch.seconds();
}

bool RunControl::isCancelled() const {
    return state() == State::Cancelled;
}

} // namespace kernelscope
