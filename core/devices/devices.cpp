// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/devices.h"

#include "base/error.h"
#include "cpu/cpu_backend.h"
#include "devices/cuda_module.h"
#include "reference/reference_backend.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace kernelscope {
namespace {

/// The number behind a prefix: 4 for "cpu:4" and "cpu:". Nothing where the rest is no plain number.
std::optional<int> numberBehind(std::string_view prefix, std::string_view id) {
    if (!id.starts_with(prefix))
        return {};
    const std::string_view digits = id.substr(prefix.size());
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number < 0)
        return {};
    return number;
}

DeviceEntry entry(const Backend& backend, const std::string& id, const std::string& label) {
    DeviceEntry result{backend.device(), label, ""};
    result.info.id = id;
    return result;
}

} // namespace

std::vector<DeviceEntry> listDevices() {
    const int threads = availableThreads();
    std::vector<DeviceEntry> entries{
        entry(CpuBackend(), "cpu",
            "CPU, all cores (" + std::to_string(threads) + (threads == 1 ? " thread)" : " threads)")),
        entry(CpuBackend(1), "cpu:1", "CPU, 1 thread"),
        entry(ReferenceBackend(), "reference", "CPU reference (scalar, 1 thread)"),
    };
    for (DeviceEntry& gpu : CudaModule::installed().devices())
        entries.push_back(std::move(gpu));
    return entries;
}

std::unique_ptr<Backend> openBackend(const std::string& id) {
    if (id == "cpu")
        return std::make_unique<CpuBackend>();
    if (id == "reference")
        return std::make_unique<ReferenceBackend>();
    // CpuBackend takes 0 for "all cores"; whoever writes a number means a number of threads.
    if (const std::optional<int> threads = numberBehind("cpu:", id); threads && *threads > 0) {
        // Threads that take turns on a core wait for each other at every barrier: training would seem to stand still.
        const int most = std::max(8, 4 * availableThreads());
        if (*threads > most)
            throw Error({"Cannot use the device", id, std::to_string(*threads) + " threads",
                "1 to " + std::to_string(most) + " on this machine", "Choose cpu for all cores."});
        return std::make_unique<CpuBackend>(*threads);
    }
    constexpr std::string_view tf32 = ":tf32";
    const bool inTf32 = id.ends_with(tf32);
    const std::string_view gpu = std::string_view(id).substr(0, id.size() - (inTf32 ? tf32.size() : 0));
    if (const std::optional<int> index = numberBehind("cuda:", gpu))
        return CudaModule::installed().openBackend(*index, inTf32);

    std::string known;
    for (const DeviceEntry& device : listDevices())
        if (device.usable())
            known += (known.empty() ? "" : ", ") + device.info.id;
    throw Error({"Cannot use the device", id, "no device of that name",
        "cpu, cpu:N (N threads), reference, cuda:N or cuda:N:tf32", "This machine has: " + known + "."});
}

} // namespace kernelscope
