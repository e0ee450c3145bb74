// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/shared_memory.h"

#include "cuda/emulation/block.h"
#include "cuda/emulation/device_limits.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace kernelscope::emulation {

std::uint64_t sharedBlock = 1;

namespace {

struct Launch {
    std::vector<SharedVariable*> variables; ///< That have memory.
    std::size_t staticBytes = 0;
    void* dynamic = nullptr;
    std::size_t dynamicBytes = 0;
    std::size_t mostBytes = 0;
};

Launch& launch() {
    static auto* const only = new Launch;
    return *only;
}

void* allocate(std::size_t bytes, std::size_t alignment) {
    void* memory = nullptr;
    if (posix_memalign(&memory, std::max(alignment, std::size_t{16}), bytes) != 0)
        std::abort();
    return memory;
}

} // namespace

void prepareShared(SharedVariable& variable) {
    Launch& now = launch();
    if (!variable.memory) {
        now.staticBytes += variable.bytes;
        if (now.staticBytes > staticSharedLimit || now.staticBytes + now.dynamicBytes > now.mostBytes) {
            noteFault("its " + std::to_string(now.staticBytes) + " bytes of static and " +
                      std::to_string(now.dynamicBytes) + " bytes of dynamic shared memory are more than it may have");
            leaveKernel();
        }
        variable.memory = allocate(variable.bytes, variable.alignment);
        now.variables.push_back(&variable);
    }
    std::memset(variable.memory, 0xff, variable.bytes);
    variable.block = sharedBlock;
}

void* dynamicSharedMemory() {
    return launch().dynamic;
}

void beginSharedMemory(std::size_t dynamicBytes, std::size_t mostBytes) {
    Launch& now = launch();
    now.dynamicBytes = dynamicBytes;
    now.mostBytes = mostBytes;
    now.dynamic = allocate(dynamicBytes, 16);
}

void beginSharedBlock() {
    ++sharedBlock;
    if (launch().dynamicBytes > 0)
        std::memset(launch().dynamic, 0xff, launch().dynamicBytes);
}

std::size_t endSharedMemory() {
    Launch& now = launch();
    for (SharedVariable* variable : now.variables) {
        std::free(variable->memory);
        variable->memory = nullptr;
    }
    std::free(now.dynamic);
    const std::size_t used = now.staticBytes;
    now = {};
    return used;
}

} // namespace kernelscope::emulation
