// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/processor.h"

#include <cstddef>
#include <fstream>

namespace kernelscope {

std::string processorName() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos)
            return line.substr(colon + 2);
    }
    return "CPU";
}

} // namespace kernelscope
