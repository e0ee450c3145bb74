// SPDX-License-Identifier: GPL-3.0-or-later
#include "build_commit.h"
#include "training/run_record.h"

namespace kernelscope {

BuildInfo buildInfo() {
#if defined(__clang__)
    const std::string compiler = "Clang " __clang_version__;
#else
    const std::string compiler = "GCC " __VERSION__;
#endif
    return {KERNELSCOPE_VERSION, KERNELSCOPE_COMMIT, compiler, KERNELSCOPE_BUILD_TYPE};
}

} // namespace kernelscope
