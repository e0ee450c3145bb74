// SPDX-License-Identifier: GPL-3.0-or-later
// A GPU module without a GPU, compiled once for each thing that can be wrong with a module.
#include "base/error.h"
#include "devices/module_interface.h"
#include "training/backend.h"

namespace {

using namespace kernelscope;

#ifdef STAND_IN_HAS_DEVICES
/// Says which device it is, and that is all: enough to see that it came from here.
class StandInBackend final : public Backend {
public:
    DeviceInfo device() const override { return {"cuda:0", "Stand-in", "cuda", "none", 1, "fp32"}; }
    std::unique_ptr<Executor> load(const Network&, DataSetPtr, const TrainingSpec&) const override {
        throw Error({"Cannot load the network on", "Stand-in", "", "", "It computes nothing."});
    }
};

int deviceCount(const char**) {
    return 2;
}
ModuleDevice device(int index) {
    return index == 0 ? ModuleDevice{"Stand-in", "none", ""} : ModuleDevice{"Old one", "none", "It is too old."};
}
Backend* openBackend(int) {
    return new StandInBackend;
}
#else
int deviceCount(const char** reason) {
    *reason = "No NVIDIA driver is installed.";
    return 0;
}
ModuleDevice device(int) {
    return {"", "", ""};
}
Backend* openBackend(int) {
    return nullptr;
}
#endif

const ModuleInterface module{KERNELSCOPE_BUILD_STAMP, deviceCount, device, openBackend};

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
