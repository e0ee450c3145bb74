// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/run_control.h"

#include <chrono>
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
    Turn turn;
    if (m_state == State::Paused) {
        const auto begin = std::chrono::steady_clock::now();
        m_changed.wait(lock, [this] { return m_state != State::Paused; });
        turn.waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    turn.go = m_state != State::Cancelled;
    if (m_state == State::Stepping) {
        turn.single = true;
        m_state = State::Paused;
    }
    if (turn.go)
        turn.learningRate = std::exchange(m_learningRate, std::nullopt);
    return turn;
}

bool RunControl::isCancelled() const {
    return state() == State::Cancelled;
}

} // namespace kernelscope
