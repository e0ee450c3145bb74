// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What this machine's cores can do at most, measured: the roofs under which every program stays.
#pragma once

#include "cpu/thread_pool.h"
#include "hardware/spread.h"

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

namespace kernelscope {

/// How to measure.
struct PeakBudget {
    int repeats = 7;             ///< Of each figure, in turns.
    double seconds = 0.04;       ///< Of each measurement, at least.
    std::size_t copiedBytes = 0; ///< What is copied at once; 0: several times the last cache.
};

/// The two roofs for some threads.
struct Roofs {
    int threads = 0;
    Spread flops;     ///< Floating-point operations a second; a multiplication and an addition are two.
    Spread bandwidth; ///< Bytes a second that copying reads and writes, both counted.
};

/// What was measured.
struct MachinePeaks {
    std::string chip;            ///< As Linux names it.
    std::string instructionSet;  ///< As the CPU backend's: "AVX2".
    bool fused = false;          ///< Whether a product and its sum are one instruction.
    std::size_t copiedBytes = 0; ///< Size of each of the two arrays.
    Roofs one;                   ///< A thread.
    Roofs all;                   ///< All threads that the process may use.
};

/// Measures for about a second: arithmetic on registers alone, in the instruction set that the CPU backend uses, and
/// copying between arrays too large for any cache, after a warm-up. Blocks: call it in a thread of its own, and let
/// nothing else compute meanwhile. Nothing comes back once isCancelled is set. Throws Error where KERNELSCOPE_ISA names
/// an unknown instruction set, std::bad_alloc where memory for the arrays (hundreds of megabytes) is lacking.
std::optional<MachinePeaks> measureMachinePeaks(const PeakBudget& budget, const std::atomic<bool>& isCancelled);

/// One measurement of arithmetic by all threads of the pool, of at least so many seconds: operations a second.
double measureFlops(ThreadPool& pool, double seconds);

} // namespace kernelscope
