// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The levers of a running training: thread-safe, so that the window or a signal handler's thread pulls them directly.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace kernelscope {

/// One mutex, one condition, one state. The trainer asks waitForTurn() before each stretch of steps.
class RunControl {
public:
    enum class State {
        Running,   ///< Goes on.
        Paused,    ///< Waits.
        Stepping,  ///< Makes one step, then waits.
        Cancelled, ///< Ends at the next turn; final.
    };

    void pause();
    void resume();
    /// One training step, then paused. While paused or running.
    void step();
    /// Ends the run at the next turn; what was learnt is kept.
    void cancel();

    /// A learning rate to use from the next step on. The latest wins.
    void setLearningRate(float learningRate);

    State state() const;

    /// What the trainer may do next.
    struct Turn {
        bool go = false;                   ///< False: cancelled.
        bool single = false;               ///< Make just one step.
        std::optional<float> learningRate; ///< A new one, if one was set since the last turn.
        double waited = 0;                 ///< Seconds spent paused.
    };

    /// Blocks while paused. A Stepping state is turned into Paused by this call.
    Turn waitForTurn();

    /// The same without blocking: nothing while paused. So the trainer can put its house in order before it waits.
    std::optional<Turn> turnNow();

    /// Blocks while paused, taking no turn: a step that is asked for meanwhile is still to be made.
    /// @param most the longest wait; without it there is none. @return seconds waited.
    double waitWhilePaused(std::optional<std::chrono::milliseconds> most = std::nullopt);

    /// Without waiting: whether the run is cancelled.
    bool isCancelled() const;

private:
    /// With the lock held, not paused.
    Turn takeTurn(double waited);
    /// With the lock held; seconds waited.
    double wait(std::unique_lock<std::mutex>& lock, std::optional<std::chrono::milliseconds> most = std::nullopt);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    State m_state = State::Running;
    std::optional<float> m_learningRate;
};

} // namespace kernelscope
