// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Wall-clock for measurements, and the date for records.
#pragma once

#include <chrono>
#include <string>

namespace kernelscope {

/// Seconds since it was made or last restarted, on the steady clock.
class Stopwatch {
public:
    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_begin).count(); }

    /// Seconds so far, beginning anew.
    double restart() {
        const Clock::time_point now = Clock::now();
        const double passed = std::chrono::duration<double>(now - m_begin).count();
        m_begin = now;
        return passed;
    }

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point m_begin = Clock::now();
};

/// Now, as "2030-01-31T12:00:00Z".
std::string utcNow();

} // namespace kernelscope
