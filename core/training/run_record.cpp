// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/run_record.h"

namespace kernelscope {

const char* name(StopReason reason) {
    switch (reason) {
    case StopReason::Completed:
        return "completed";
    case StopReason::Stopped:
        return "stopped";
    case StopReason::NonFinite:
        return "non-finite";
    case StopReason::Running:
        return "running";
    case StopReason::TargetReached:
        return "target-reached";
    case StopReason::NoImprovement:
        return "no-improvement";
    case StopReason::Failed:
        break;
    }
    return "failed";
}

} // namespace kernelscope
