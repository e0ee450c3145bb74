// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What tests say to the emulated CUDA device: what device it shall be, in which order it shall run threads, which of
/// its calls shall fail; and what they ask it afterwards.
///
/// The device computes what a GPU would, in one thread of the processor, under AddressSanitizer and
/// UndefinedBehaviorSanitizer. It is made to show mistakes that a GPU hides: work is done as late as synchronisation
/// allows, memory starts as not-a-number, what a device keeps from the host is kept from it here, and what CUDA calls
/// undefined is an error wherever it is seen.
#pragma once

#include "cuda/emulation/runtime_types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope::emulation {

/// In which order blocks, the threads of a block, and the branches of a graph run, where nothing orders them. Threads
/// that waited go on after all others in Forward and with even seeds: nobody gets ahead. Before all others in Reversed
/// and with odd seeds: each warp gets ahead as far as barriers allow.
struct Order {
    enum class Kind { Forward, Reversed, Shuffled };
    Kind kind = Kind::Forward;
    std::uint32_t seed = 0; ///< Of Shuffled.
    bool operator==(const Order&) const = default;
};

/// The device that CUDA's functions report.
struct DeviceConfiguration {
    int devices = 1;
    bool hasDriver = true;     ///< Else everything fails as on a machine without NVIDIA's driver.
    int driverVersion = 13000; ///< 1000 * major + 10 * minor, of the CUDA that the driver is for.
    int major = 8;             ///< Compute capability. From 9.0 on cuBLAS has a workspace of eight times the size, and
    int minor = 9;             ///< filling what is allocated is a part of what emulated tests take.
    int multiprocessors = 4;   ///< Few, so that grids that are sized by them loop.
    std::size_t memory = std::size_t{4} << 30;
    bool hasKernelImages = true; ///< Else the build has no code for the device.
    bool operator==(const DeviceConfiguration&) const = default;
};

/// A fresh device, as in a new process: nothing counted, no faults, no lost device, order Forward. What is still alive
/// of the old one stays valid memory until it is given back, but is no longer counted.
void reset(const DeviceConfiguration& configuration = {});

void setOrder(Order order);

/// Makes the index-th call from the last reset() or countCalls() fail, counted from 0. An error that CUDA calls sticky
/// (a kernel failed, the device or the driver is gone) is given by all later calls too, until reset(). Calls that give
/// things back still give them back.
void failCall(std::size_t index, cudaError_t error);
/// Forgets a failCall() that has not happened yet, and counts from 0 again.
void countCalls();
/// The names of the calls since then, in their order.
std::vector<std::string> calls();

/// What was made and not given back.
struct Alive {
    std::size_t allocations = 0; ///< Of device memory.
    std::size_t bytes = 0;       ///< In them.
    std::size_t pinnedAllocations = 0;
    std::size_t streams = 0;
    std::size_t events = 0;
    std::size_t graphs = 0;
    std::size_t executableGraphs = 0;
    std::size_t blasHandles = 0;
    bool operator==(const Alive&) const = default;
};
Alive alive();

/// What went wrong in the last kernel that failed since reset(), as a sentence with the kernel's name and the block;
/// empty where none did. The error itself comes, as on a device, from whatever waits for the kernel.
std::string kernelFault();

/// Kernels and threads that were run since reset().
struct Work {
    std::uint64_t kernels = 0;
    std::uint64_t threads = 0;
    std::uint64_t switches = 0; ///< From fiber to fiber.
};
Work work();

} // namespace kernelscope::emulation
