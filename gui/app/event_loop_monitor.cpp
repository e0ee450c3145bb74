// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/event_loop_monitor.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace kernelscope {

using namespace std::chrono_literals;

EventLoopMonitor::EventLoopMonitor(QObject* parent) : QObject(parent) {
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(1ms);
    connect(&m_timer, &QTimer::timeout, this, &EventLoopMonitor::tick);
    m_timer.start();
}

void EventLoopMonitor::restart() {
    m_gaps.clear();
    m_watch.restart();
}

double EventLoopMonitor::longest() const {
    return m_gaps.empty() ? 0 : *std::max_element(m_gaps.begin(), m_gaps.end());
}

double EventLoopMonitor::percentile(double share) const {
    std::vector<double> sorted = m_gaps;
    std::sort(sorted.begin(), sorted.end());
    const double limit = share * std::accumulate(sorted.begin(), sorted.end(), 0.0);
    double sum = 0;
    for (const double gap : sorted) {
        sum += gap;
        if (sum >= limit)
            return gap;
    }
    return 0;
}

void EventLoopMonitor::tick() {
    m_gaps.push_back(m_watch.restart() * 1000);
}

} // namespace kernelscope
