// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How long the window keeps people waiting.
#pragma once

#include "base/stopwatch.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace kernelscope {

/// Measures the gaps between the moments at which its thread's event loop is free to handle an event, by a timer of
/// 1 ms. Two figures for each gap: the wall-clock, as a user feels it, and on Linux the thread's own share, which is
/// the wall-clock without the time in which other processes had the processor. The second is what a program can be
/// blamed for, and the same on a busy machine.
class EventLoopMonitor : public QObject {
    Q_OBJECT

public:
    explicit EventLoopMonitor(QObject* parent = nullptr);

    /// Forgets what was measured; the next gap begins now.
    void restart();

    std::size_t count() const { return m_gaps.size(); }
    enum class Clock { Wall, Own };

    /// The longest gap, in milliseconds.
    double longest(Clock clock) const;
    /// The gap within which a moment picked at random lies, in milliseconds: by this measure the share of *time* spent
    /// in gaps above percentile(0.99) is 1 %. Stricter than a percentile of the gaps, most of which are idle ones.
    double percentile(double share, Clock clock) const;

private:
    struct Gap {
        double wall = 0; ///< Milliseconds.
        double own = 0;
    };

    void tick();
    std::vector<double> sorted(Clock clock) const;

    QTimer m_timer;
    Stopwatch m_watch;
    double m_delay = 0; ///< Milliseconds that the thread has waited for a processor, at the last tick.
    std::vector<Gap> m_gaps;
};

} // namespace kernelscope
