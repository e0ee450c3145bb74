// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/event_loop_monitor.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>

namespace kernelscope {

namespace {

/// Milliseconds that this thread was ready to run while others had the processor: the second field of Linux's
/// schedstat, in nanoseconds. 0 where there is none.
double processorDelay() {
    std::FILE* file = std::fopen("/proc/thread-self/schedstat", "r");
    if (!file)
        return 0;
    unsigned long long running = 0;
    unsigned long long waiting = 0;
    const int read = std::fscanf(file, "%llu %llu", &running, &waiting);
    std::fclose(file);
    return read == 2 ? 1e-6 * static_cast<double>(waiting) : 0;
}

} // namespace

using namespace std::chrono_literals;

EventLoopMonitor::EventLoopMonitor(QObject* parent) : QObject(parent) {
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(1ms);
    connect(&m_timer, &QTimer::timeout, this, &EventLoopMonitor::tick);
    m_timer.start();
    restart();
}

void EventLoopMonitor::restart() {
    m_gaps.clear();
    m_watch.restart();
    m_delay = processorDelay();
}

double EventLoopMonitor::longest(Clock clock) const {
    return m_gaps.empty() ? 0 : sorted(clock).back();
}

double EventLoopMonitor::percentile(double share, Clock clock) const {
    const std::vector<double> gaps = sorted(clock);
    const double limit = share * std::accumulate(gaps.begin(), gaps.end(), 0.0);
    double sum = 0;
    for (const double gap : gaps) {
        sum += gap;
        if (sum >= limit)
            return gap;
    }
    return 0;
}

std::vector<double> EventLoopMonitor::sorted(Clock clock) const {
    std::vector<double> gaps;
    gaps.reserve(m_gaps.size());
    for (const Gap& gap : m_gaps)
        gaps.push_back(clock == Clock::Wall ? gap.wall : gap.own);
    std::sort(gaps.begin(), gaps.end());
    return gaps;
}

void EventLoopMonitor::tick() {
    const double wall = m_watch.restart() * 1000;
    const double delay = processorDelay();
    m_gaps.push_back({wall, std::max(0.0, wall - (delay - m_delay))});
    m_delay = delay;
}

} // namespace kernelscope
