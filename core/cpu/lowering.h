// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From the plan to steps and memory that fit the machine.
#pragma once

#include "cpu/softmax_loss.h"
#include "cpu/step.h"
#include "training/training_spec.h"

#include <deque>
#include <memory>
#include <vector>

namespace kernelscope::cpu {

/// Steps that are run one after the other for the same images.
struct Segment {
    std::size_t first = 0; ///< Index of its first step.
    std::size_t last = 0;  ///< One behind its last.
    bool perImage = true;  ///< Whether all of it is done for an image before the next; else there is but one step.
};

/// A network made ready for training: everything that it needs is allocated.
struct LoweredNetwork {
    Arenas arenas;
    std::deque<Edge> edges; ///< edges[0] holds the images; steps[i] reads edges[i] and writes edges[i + 1].
    std::vector<std::unique_ptr<CpuStep>> steps; ///< The last is the loss.
    std::vector<Segment> segments;
    SoftmaxLossStep* loss = nullptr;
};

/// Lowers a plan. @param groups of the threads that share the work; @param capacity images at once, all threads
/// together;
/// @param spec for its seed and its optimizer's memory. Throws Error when an image's values are too many for 32-bit
/// offsets.
std::unique_ptr<LoweredNetwork> lower(
    const Plan& plan, const Kernels& kernels, const Groups& groups, std::size_t capacity, const TrainingSpec& spec);

} // namespace kernelscope::cpu
