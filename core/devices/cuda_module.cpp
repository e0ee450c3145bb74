// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/cuda_module.h"

#include "base/error.h"
#include "devices/module_interface.h"
#include "training/fit.h"

#include <dlfcn.h>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> installedFolders() {
    std::error_code failed;
    const fs::path executable = fs::read_symlink("/proc/self/exe", failed);
    if (failed)
        return {};
    const fs::path folder = executable.parent_path();
    return {folder, (folder / "../lib/kernelscope").lexically_normal()};
}

std::string text(const char* words) {
    return words ? words : "";
}

std::string idOf(int index, bool tf32) {
    return "cuda:" + std::to_string(index) + (tf32 ? ":tf32" : "");
}

DeviceInfo gpuInfo(int index, bool tf32, const ModuleDevice& device) {
    DeviceInfo info;
    info.id = idOf(index, tf32);
    info.name = text(device.name);
    info.backend = "cuda";
    info.instructionSet = text(device.instructionSet);
    info.driver = text(device.driver);
    info.precision = tf32 ? "tf32" : "fp32";
    return info;
}

/// A GPU of the module as a backend: what needs core/ is done here, so that the module can do without.
class ModuleBackend final : public Backend {
public:
    ModuleBackend(const ModuleInterface& module, int index, bool tf32)
        : m_module(module),
          m_index(index),
          m_tf32(tf32) {}

    DeviceInfo device() const override { return gpuInfo(m_index, m_tf32, m_module.device(m_index)); }

    std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const override {
        const Plan plan = compile(network, Fusion::On);
        requireFit(plan, data->info());
        return std::unique_ptr<Executor>(m_module.load(m_index, m_tf32, plan, std::move(data), spec));
    }

private:
    const ModuleInterface& m_module;
    int m_index;
    bool m_tf32;
};

} // namespace

CudaModule::CudaModule(const ModuleInterface& module) : m_module(&module) {
    lookForDevices();
}

CudaModule::CudaModule(const std::vector<fs::path>& folders) {
    std::string searched;
    for (const fs::path& folder : folders) {
        std::error_code ignored;
        if (fs::exists(folder / moduleFileName, ignored)) {
            m_module = load(folder / moduleFileName);
            break;
        }
        searched += (searched.empty() ? "" : " or ") + folder.string();
    }
    if (m_module)
        lookForDevices();
    else if (m_reason.empty())
        m_reason = "No GPU module is installed with this build: " + std::string(moduleFileName) + " was not found in " +
                   searched + ".";
}

void CudaModule::lookForDevices() {
    const char* reason = nullptr;
    m_deviceCount = m_module->deviceCount(&reason);
    if (m_deviceCount <= 0)
        m_reason = reason ? reason : "The GPU module found no GPU and gave no reason.";
}

const ModuleInterface* CudaModule::load(const fs::path& file) {
    const std::string named = "The GPU module " + file.string();
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const std::string why = text(dlerror());
        m_reason = named + " could not be loaded (" + why + "). ";
        if (why.find("libcublas") != std::string::npos)
            m_reason += "cuBLAS, a library of NVIDIA's CUDA, was not found: install it, of the version named here.";
        else
            m_reason += "Install the library that is missing, or reinstall the module.";
        return nullptr;
    }
    // POSIX promises that a function's address survives dlsym's void*.
    const auto entry = reinterpret_cast<ModuleEntry>(dlsym(library, moduleEntryName));
    if (!entry) {
        m_reason = named + " has no entry point " + moduleEntryName + ", so it is no module of this program.";
        return nullptr;
    }
    const ModuleInterface* module = entry();
    if (const std::string stamp = module ? text(module->buildStamp) : ""; stamp != KERNELSCOPE_BUILD_STAMP) {
        m_reason = named + " belongs to another build (\"" + stamp +
                   "\" instead of \"" KERNELSCOPE_BUILD_STAMP "\"). Install the module of this build.";
        return nullptr;
    }
    return module;
}

const CudaModule& CudaModule::installed() {
    static const CudaModule module(installedFolders());
    return module;
}

std::vector<DeviceEntry> CudaModule::devices() const {
    if (!m_reason.empty())
        return {{gpuInfo(0, false, {}), "GPU", m_reason}};
    std::vector<DeviceEntry> entries;
    for (int i = 0; i < m_deviceCount; ++i) {
        const ModuleDevice device = m_module->device(i);
        const std::string label = "GPU, " + text(device.name);
        entries.push_back({gpuInfo(i, false, device), label, text(device.reason)});
        if (device.hasTf32)
            entries.push_back({gpuInfo(i, true, device), label + ", TF32", text(device.reason)});
    }
    return entries;
}

std::unique_ptr<Backend> CudaModule::openBackend(int index, bool tf32) const {
    const auto refuse = [&](const std::string& why) {
        return Error({"Cannot use the device", idOf(index, tf32), "", "", why});
    };
    if (!m_reason.empty())
        throw refuse(m_reason + " Choose the CPU instead.");
    if (index < 0 || index >= m_deviceCount)
        throw refuse("There are GPUs from cuda:0 to cuda:" + std::to_string(m_deviceCount - 1) + ".");
    const ModuleDevice device = m_module->device(index);
    if (const std::string why = text(device.reason); !why.empty())
        throw refuse(why + " Choose the CPU instead.");
    if (tf32 && !device.hasTf32)
        throw refuse("This GPU does not multiply in TF32. Choose " + idOf(index, false) + ".");
    return std::make_unique<ModuleBackend>(*m_module, index, tf32);
}

} // namespace kernelscope
