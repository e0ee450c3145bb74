// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/cuda_module.h"

#include "base/error.h"
#include "devices/module_interface.h"

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

DeviceInfo gpuInfo(int index, const std::string& name, const std::string& instructionSet) {
    DeviceInfo info;
    info.id = "cuda:" + std::to_string(index);
    info.name = name;
    info.backend = "cuda";
    info.instructionSet = instructionSet;
    return info;
}

} // namespace

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
    if (m_module) {
        const char* reason = nullptr;
        m_deviceCount = m_module->deviceCount(&reason);
        if (m_deviceCount <= 0)
            m_reason = reason ? reason : "The GPU module found no GPU and gave no reason.";
    } else if (m_reason.empty()) {
        m_reason = "No GPU module is installed with this build: " + std::string(moduleFileName) + " was not found in " +
                   searched + ".";
    }
}

const ModuleInterface* CudaModule::load(const fs::path& file) {
    const std::string named = "The GPU module " + file.string();
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        m_reason = named + " could not be loaded (" + text(dlerror()) +
                   "). Install the library that is missing, or reinstall the module.";
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
        return {{gpuInfo(0, "", ""), "GPU", m_reason}};
    std::vector<DeviceEntry> entries;
    for (int i = 0; i < m_deviceCount; ++i) {
        const ModuleDevice device = m_module->device(i);
        const std::string name = text(device.name);
        entries.push_back({gpuInfo(i, name, text(device.instructionSet)), "GPU, " + name, text(device.reason)});
    }
    return entries;
}

std::unique_ptr<Backend> CudaModule::openBackend(int index) const {
    const std::string id = "cuda:" + std::to_string(index);
    const auto refuse = [&](const std::string& why) { return Error({"Cannot use the device", id, "", "", why}); };
    if (!m_reason.empty())
        throw refuse(m_reason + " Choose the CPU instead.");
    if (index < 0 || index >= m_deviceCount)
        throw refuse("There are GPUs from cuda:0 to cuda:" + std::to_string(m_deviceCount - 1) + ".");
    if (const std::string why = text(m_module->device(index).reason); !why.empty())
        throw refuse(why + " Choose the CPU instead.");
    return std::unique_ptr<Backend>(m_module->openBackend(index));
}

} // namespace kernelscope
