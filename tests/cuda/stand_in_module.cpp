// SPDX-License-Identifier: GPL-3.0-or-later
// A GPU module without a GPU, compiled once for each thing that can be wrong with a module.
#include "base/error.h"
#include "devices/module_interface.h"
#include "training/backend.h"

namespace {

using namespace kernelscope;

#ifdef STAND_IN_HAS_DEVICES
int deviceCount(const char**) {
    return 2;
}
ModuleDevice device(int index) {
    return index == 0 ? ModuleDevice{"Stand-in", "none", "CUDA 13.0", true, ""}
                      : ModuleDevice{"Old one", "none", "CUDA 13.0", false, "It is too old."};
}
/// Says what it was asked for, and that is all: enough to see that it arrived here.
Executor* load(int index, bool tf32, const Plan& plan, DataSetPtr data, const TrainingSpec& spec) {
    throw Error({"Cannot load the network", plan.network.name, "", "",
        "Stand-in " + std::to_string(index) + (tf32 ? " in TF32" : "") + ", " + std::to_string(plan.parameterCount) +
            " parameters, " + data->info().name + ", batch " + std::to_string(spec.batchSize) + "."});
}
#else
int deviceCount(const char** reason) {
    *reason = "No NVIDIA driver is installed.";
    return 0;
}
ModuleDevice device(int) {
    return {"", "", "", false, ""};
}
Executor* load(int, bool, const Plan&, DataSetPtr, const TrainingSpec&) {
    return nullptr;
}
#endif

const ModuleInterface module{KERNELSCOPE_BUILD_STAMP, deviceCount, device, load};

} // namespace

#ifdef STAND_IN_NEEDS_LIBRARY
extern "C" int standInLibrary();
#endif

extern "C" [[gnu::visibility("default")]] const ModuleInterface* STAND_IN_ENTRY() {
#ifdef STAND_IN_NEEDS_LIBRARY
    standInLibrary();
#endif
    return &module;
}
