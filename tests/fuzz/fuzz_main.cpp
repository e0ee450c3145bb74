// SPDX-License-Identifier: GPL-3.0-or-later
// Ties the one target of an executable to libFuzzer. With KERNELSCOPE_FUZZ_SEEDS set, its seeds are written into that
// folder before anything runs.
#include "fuzz/fuzz_target.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* folder = std::getenv("KERNELSCOPE_FUZZ_SEEDS");
    if (folder == nullptr)
        return 0;
    std::filesystem::create_directories(folder);
    int number = 0;
    for (const kernelscope::fuzz::Bytes& seed : kernelscope::fuzz::targets().front().seeds()) {
        std::ofstream file(std::filesystem::path(folder) / ("seed-" + std::to_string(number++)), std::ios::binary);
        file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kernelscope::fuzz::targets().front().run({data, size});
    return 0;
}
