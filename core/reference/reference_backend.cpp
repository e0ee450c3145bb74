// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_backend.h"

#include "reference/reference_executor.h"

#include <fstream>
#include <string>
#include <utility>

namespace kernelscope {
namespace {

/// The processor's name as Linux tells it, or "CPU".
std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name"))
            if (const std::size_t colon = line.find(": "); colon != std::string::npos)
                return line.substr(colon + 2);
    return "CPU";
}

} // namespace

DeviceInfo ReferenceBackend::device() const {
    return {"reference", processorName(), "reference", "scalar", 1, "fp32"};
}

std::unique_ptr<Executor> ReferenceBackend::load(
    const Network& network, DataSetPtr data, const TrainingSpec& spec) const {
    return std::make_unique<ReferenceExecutor>(network, std::move(data), spec);
}

} // namespace kernelscope
