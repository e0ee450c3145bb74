// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/thread_priority.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace kernelscope {

void stepBehind([[maybe_unused]] Behind others) {
#ifdef __linux__
    // The kernel's id of a thread stands for the thread alone. Where it is refused, training goes on as it is.
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    const int niceness = static_cast<int>(others);
    if (getpriority(PRIO_PROCESS, thread) < niceness) // a program started to stand further back stays there
        setpriority(PRIO_PROCESS, thread, niceness);
#endif
}

} // namespace kernelscope
