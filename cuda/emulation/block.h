// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs the threads of a block, one at a time. Threads that wait for nobody run one after the other in a single fiber;
/// a new fiber is begun only when one has to wait at a barrier or for its warp.
#pragma once

#include "cuda/emulation/emulation.h"
#include "cuda/emulation/vector_types.h"

#include <functional>
#include <source_location>
#include <span>
#include <string>

namespace kernelscope::emulation {

/// Calls the kernel once for each nextThread(), until there is none.
using ThreadLoop = std::function<void()>;

/// Runs all threads of block blockIdx, of shape blockDim. Gives what went wrong, without the kernel's name, and nothing
/// where all went well. After a fault the threads that wait are left where they are.
std::string runBlock(const ThreadLoop& threads, Order order);

/// For the loop: makes threadIdx that of the next thread. False: all were begun.
bool nextThread();

// For kernels, through device_words.h and warp.h; all of them in the thread that runs.

/// Waits until all threads of the block are here. Gives for how many of them `predicate` held.
int meetBlock(bool predicate, const std::source_location& where);

/// The thread that runs, as x + blockDim.x * (y + blockDim.y * z).
int runningThread();
/// How many threads the block has.
int threadCount();
/// Threads of the block in the order in which they run: thread 0 to begin with, then thread order(1), ...
int threadAt(int position);

/// Lets others run until somebody calls wakeUp() for the running thread. `waitsFor` is for the report of a block that
/// cannot go on, and must live until then.
void waitUntilWoken(const char* waitsFor, const std::source_location& where);
/// Threads that wait, or are about to, may go on: before all others or after them, as the order of the block is.
void wakeUp(std::span<const int> threads);
/// A mistake was seen that a GPU might have hidden. leaveKernel() is to follow, where nothing is left to destroy.
void noteFault(const std::string& what);
/// Ends the block.
[[noreturn]] void leaveKernel();

/// Of the innards, for statistics.
std::uint64_t fiberSwitches();

} // namespace kernelscope::emulation
