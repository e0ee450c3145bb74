// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a captured training step reads of its run. A graph replays the same nodes with the same arguments for every
/// step, so whatever changes from step to step lies in device memory.
#pragma once

#include <cstdint>

namespace kernelscope::cuda {

/// One training step, as the host asks for it. The host writes a ring of these; see StepState::next.
struct StepOrder {
    std::int64_t step = 1;         ///< Of the run, 1 for the first.
    float learningRate = 0;        ///< As the schedule gives it.
    float updateRate = 0;          ///< UpdateConstants::rate of this step: Adam's corrections, worked out in double.
    std::int32_t validImages = 0;  ///< Images in the batch; 0: the step is none at all, and changes nothing.
    std::uint32_t firstSample = 0; ///< Where its sample indices begin in the ring of these.
};

/// What one training step measured; the device writes a ring of these.
struct StepResult {
    std::int64_t step = 0;
    float loss = 0; ///< Mean over the valid images.
    std::int32_t correct = 0;
    std::int32_t count = 0;
    std::int32_t isFinite = 1;
};

/// In device memory, one for training and one for evaluation: the order that is being carried out, and how far the
/// rings are used. beginStep() (see image_input.h) moves on to the next order; the kernels behind it only read.
struct StepState {
    StepOrder order;
    std::uint32_t next = 0; ///< Counts orders taken; the ring's index is this modulo its size.
    /// The first step whose loss was not finite; 0: none. From it on no update is made.
    std::int64_t nonFiniteStep = 0;
};

} // namespace kernelscope::cuda
