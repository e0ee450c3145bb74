// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/allocations.h"

#include "cuda/emulation/calls.h"

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <vector>

namespace kernelscope::emulation {
namespace {

std::map<const std::byte*, Allocation>& allocations() {
    static auto* const only = new std::map<const std::byte*, Allocation>;
    return *only;
}
std::vector<HostTarget>& promised() {
    static auto* const only = new std::vector<HostTarget>;
    return *only;
}
int accesses = 0;

void guardAll(bool guarded) {
    const auto set = [guarded](const std::byte* begin, std::size_t bytes) {
        if (guarded)
            __asan_poison_memory_region(begin, bytes);
        else
            __asan_unpoison_memory_region(begin, bytes);
    };
    for (const auto& [begin, allocation] : allocations())
        if (allocation.place == Place::Device)
            set(begin, allocation.bytes);
    for (const HostTarget& target : promised())
        set(target.begin, target.bytes);
}

} // namespace

void* allocate(std::size_t bytes, Place place) {
    State& now = state();
    Device& on = device(currentDevice());
    if (place == Place::Device) {
        // As on a device, where memory is handed out in pages: a little less fits than the sum of sizes.
        if (bytes > now.configuration.memory || on.usedBytes > now.configuration.memory - bytes)
            return nullptr;
    }
    // Of the exact size: AddressSanitizer sees the first byte beyond. 256 is what CUDA aligns to.
    void* memory = nullptr;
    if (posix_memalign(&memory, 256, bytes) != 0)
        return nullptr;
    // Not a number in every type of float: memory is not initialised, and using it shows.
    std::memset(memory, 0xff, bytes);
    const auto* const begin = static_cast<std::byte*>(memory);
    allocations()[begin] = {static_cast<std::byte*>(memory), bytes, place, currentDevice(), now.generation};
    if (place == Place::Device) {
        on.usedBytes += bytes;
        now.alive.bytes += bytes;
        ++now.alive.allocations;
        if (accesses == 0)
            __asan_poison_memory_region(memory, bytes);
    } else {
        ++now.alive.pinnedAllocations;
    }
    return memory;
}

bool release(void* pointer, Place place) {
    const auto found = allocations().find(static_cast<std::byte*>(pointer));
    if (found == allocations().end() || found->second.place != place)
        return false;
    const Allocation allocation = found->second;
    State& now = state();
    if (allocation.generation == now.generation) {
        if (place == Place::Device) {
            device(allocation.device).usedBytes -= allocation.bytes;
            now.alive.bytes -= allocation.bytes;
            --now.alive.allocations;
        } else {
            --now.alive.pinnedAllocations;
        }
    }
    allocations().erase(found);
    std::erase_if(promised(), [&](const HostTarget& target) {
        return target.begin >= allocation.begin && target.begin < allocation.begin + allocation.bytes;
    });
    __asan_unpoison_memory_region(pointer, allocation.bytes);
    std::free(pointer);
    return true;
}

const Allocation* findAllocation(const void* address) {
    const auto* const place = static_cast<const std::byte*>(address);
    auto found = allocations().upper_bound(place);
    if (found == allocations().begin())
        return nullptr;
    --found;
    return place <= found->first + found->second.bytes ? &found->second : nullptr;
}

const Allocation* findAllocation(const void* address, std::size_t bytes) {
    const Allocation* const allocation = findAllocation(address);
    if (!allocation)
        return nullptr;
    const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(address) - allocation->begin);
    return bytes <= allocation->bytes - offset ? allocation : nullptr;
}

void promise(const HostTarget& target) {
    promised().push_back(target);
    if (accesses == 0)
        __asan_poison_memory_region(target.begin, target.bytes);
}

void fulfil(const HostTarget& target) {
    const auto found = std::find_if(promised().begin(), promised().end(),
        [&](const HostTarget& other) { return other.begin == target.begin && other.bytes == target.bytes; });
    if (found != promised().end())
        promised().erase(found);
}

DeviceAccess::DeviceAccess() {
    if (accesses++ == 0)
        guardAll(false);
}

DeviceAccess::~DeviceAccess() {
    if (--accesses == 0)
        guardAll(true);
}

} // namespace kernelscope::emulation
