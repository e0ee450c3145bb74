// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The ladder: one matrix product, from a textbook's three loops up to all that the machine has, every rung measured
/// and checked.
#pragma once

#include "hardware/spread.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kernelscope {

/// What to measure.
struct LadderSpec {
    std::size_t size = 1000; ///< Of the square matrices, 1 to kLargestLadder.
    int repeats = 3;         ///< Of the whole ladder.
    double seconds = 0.05;   ///< Of each measurement, at least; the lowest rung may take seconds for one product.
    std::uint64_t seed = 1;  ///< Of the numbers in the matrices.
};

/// Matrices of this size take 256 MB each, and sums of their products are still exact (see measureMatrixLadder()).
inline constexpr std::size_t kLargestLadder = 8192;

/// One way of computing the product.
struct LadderRung {
    std::string name; ///< "all cores".
    std::string what; ///< What is new on it, as a sentence.
    int threads = 1;
    std::string reason{};  ///< Why it could not be measured here; empty where it was. Nothing below holds otherwise.
    Spread flops{};        ///< Floating-point operations a second.
    double ofPeak = 0;     ///< Median, as a share of what that many threads can do at most, measured in turn with it.
    double overBefore = 0; ///< Times the rung below that was measured; 0 for the lowest.
    std::size_t differing = 0; ///< Values that differ from the scalar product's: none, or something is wrong.
};

/// All rungs, the lowest first.
struct MatrixLadder {
    std::size_t size = 0;
    std::string chip;
    std::string instructionSet; ///< Of the rungs with vectors, but OpenBLAS, which chooses its own.
    Spread peakOne;             ///< Floating-point operations a second that one thread
    Spread peakAll;             ///< and all threads can do on registers alone.
    std::vector<LadderRung> rungs;
};

/// Measures the ladder: scalar, blocked, in vectors, on all cores, OpenBLAS where it is installed. All rungs take
/// turns, after a product each to warm up, which is compared with the scalar one.
///
/// The matrices hold small whole numbers, so that every sum is exact in whatever order it is taken: the results must
/// agree in every bit. Blocks: call it in a thread of its own, and let nothing else compute meanwhile. Nothing comes
/// back once isCancelled is set, which is looked at between products. Throws Error where the size or KERNELSCOPE_ISA is
/// none that can be used.
std::optional<MatrixLadder> measureMatrixLadder(const LadderSpec& spec, const std::atomic<bool>& isCancelled);

} // namespace kernelscope
