// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Loads the GPU module, where there is one, and says in one sentence why there is no GPU where there is none.
#pragma once

#include "devices/devices.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace kernelscope {

struct ModuleInterface;

/// The GPU module of this installation. It is never unloaded: threads and the driver may hold on to its code.
class CudaModule {
public:
    /// Takes the first of the folders that holds the module's file. Never throws: failures become reason().
    explicit CudaModule(const std::vector<std::filesystem::path>& folders);

    /// A module that is linked to this program, as the emulated device is to its tests. It must live as long as this.
    explicit CudaModule(const ModuleInterface& module);

    /// The one beside the executable or in ../lib/kernelscope, loaded on the first call.
    static const CudaModule& installed();

    /// Why there is no GPU, as a sentence; empty where there is at least one.
    const std::string& reason() const { return m_reason; }

    /// Each GPU, a second time with TF32 where it has that; or one entry that says why there is none.
    std::vector<DeviceEntry> devices() const;

    /// The backend of the GPU with that number. Throws Error, saying why there is none.
    std::unique_ptr<Backend> openBackend(int index, bool tf32 = false) const;

private:
    const ModuleInterface* load(const std::filesystem::path& file);
    void lookForDevices();

    const ModuleInterface* m_module = nullptr;
    int m_deviceCount = 0;
    std::string m_reason;
};

} // namespace kernelscope
