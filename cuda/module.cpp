// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/module.h"

#include "cuda/cuda_executor.h"
#include "cuda/device_probe.h"
#include "cuda/platform/lost_devices.h"
#include "cuda_build_stamp.h"

namespace kernelscope::cuda {
namespace {

/// The devices, with the texts that core/ gets pointers to.
struct Devices {
    DeviceProbe probe = probeDevices();
    std::vector<std::string> instructionSets;

    Devices() {
        for (const ProbedDevice& device : probe.devices)
            instructionSets.push_back("sm_" + std::to_string(device.computeCapability));
    }
};

/// Found at the first call; never destroyed, because the module is never unloaded.
const Devices& devices() {
    static const auto* const found = new Devices;
    return *found;
}

int deviceCount(const char** reason) {
    if (devices().probe.devices.empty())
        *reason = devices().probe.reason.c_str();
    return static_cast<int>(devices().probe.devices.size());
}

ModuleDevice device(int index) {
    const auto i = static_cast<std::size_t>(index);
    const ProbedDevice& probed = devices().probe.devices.at(i);
    const char* const lost = lostReason(index);
    return {probed.name.c_str(), devices().instructionSets.at(i).c_str(), devices().probe.driver.c_str(),
        probed.computeCapability >= 80, lost && probed.reason.empty() ? lost : probed.reason.c_str()};
}

Executor* load(int index, bool tf32, const Plan& plan, DataSetPtr data, const TrainingSpec& spec) {
    LoadOptions options;
    options.device = index;
    options.precision = tf32 ? Precision::Tf32 : Precision::Fp32;
    return new CudaExecutor(plan, std::move(data), spec, options);
}

const ModuleInterface interface { KERNELSCOPE_BUILD_STAMP, deviceCount, device, load };

} // namespace
} // namespace kernelscope::cuda

extern "C" const kernelscope::ModuleInterface* kernelscopeModule() {
    return &kernelscope::cuda::interface;
}
