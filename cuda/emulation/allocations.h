// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Memory of the device, and pinned memory of the host. AddressSanitizer guards both: code of the host that touches
/// device memory dies at its line, and so does what reads a copy's target before the copy is done.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kernelscope::emulation {

enum class Place { Device, Pinned };

struct Allocation {
    std::byte* begin = nullptr;
    std::size_t bytes = 0;
    Place place = Place::Device;
    int device = 0;
    std::uint64_t generation = 0;
};

/// Null where there is none: not enough memory.
void* allocate(std::size_t bytes, Place place);
/// False: no such allocation.
bool release(void* pointer, Place place);

/// The allocation that an address lies in, or is the end of; null where there is none.
const Allocation* findAllocation(const void* address);
/// The one that holds all of `bytes` bytes.
const Allocation* findAllocation(const void* address, std::size_t bytes);

/// Host memory that a copy will write.
struct HostTarget {
    std::byte* begin = nullptr;
    std::size_t bytes = 0;
};
/// From now on the host must not touch it.
void promise(const HostTarget& target);
/// The copy is done; within a DeviceAccess.
void fulfil(const HostTarget& target);

/// While one lives, device memory can be touched: kernels and copies run. May be nested.
class DeviceAccess {
public:
    DeviceAccess();
    ~DeviceAccess();
    DeviceAccess(const DeviceAccess&) = delete;
    DeviceAccess& operator=(const DeviceAccess&) = delete;
};

} // namespace kernelscope::emulation
