// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A disk that is full, without a disk.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace kernelscope::testing {

/// No file of this process may grow beyond a size while it lives: a disk that is full at that byte.
class SizeLimit {
public:
    explicit SizeLimit(rlim_t bytes) {
        getrlimit(RLIMIT_FSIZE, &m_old);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, m_old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;
    ~SizeLimit() {
        setrlimit(RLIMIT_FSIZE, &m_old);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_old{};
    void (*m_handler)(int) = SIG_DFL;
};

} // namespace kernelscope::testing
