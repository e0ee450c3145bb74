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
/// 1 ms. What the operating system takes away counts too: a user cannot tell the difference.
class EventLoopMonitor : public QObject {
    Q_OBJECT

public:
    explicit EventLoopMonitor(QObject* parent = nullptr);

    /// Forgets what was measured; the next gap begins now.
    void restart();

    std::size_t count() const { return m_gaps.size(); }
    /// The longest gap, in milliseconds.
    double longest() const;
    /// The gap within which a moment picked at random lies, in milliseconds: by this measure the share of *time* spent
    /// in gaps above percentile(0.99) is 1 %. Stricter than a percentile of the gaps, most of which are idle ones.
    double percentile(double share) const;

private:
    void tick();

    QTimer m_timer;
    Stopwatch m_watch;
    std::vector<double> m_gaps; ///< Milliseconds.
};

} // namespace kernelscope
