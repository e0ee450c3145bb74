// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/memory.h"

#include <fstream>
#include <limits>
#include <string>

namespace kernelscope {

std::optional<std::uint64_t> availableMemory() {
    std::ifstream file("/proc/meminfo"); // of Linux
    for (std::string name; file >> name;) {
        std::uint64_t kibibytes = 0;
        if (name == "MemAvailable:")
            return file >> kibibytes ? std::optional(kibibytes * 1024) : std::nullopt;
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    return std::nullopt;
}

} // namespace kernelscope
