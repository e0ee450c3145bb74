// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From the data set's pixels to what the first step reads, on the GPU: the next order, its images and their labels.
/// The twin of core/cpu/image_input.h.
#pragma once

#include "cuda/platform/platform.h"
#include "cuda/step_state.h"
#include "data/augmentation.h"
#include "network/shape.h"

#include <cstdint>

namespace kernelscope::cuda {

/// Takes the next order from its ring into the state, and counts it. The first kernel of every step; one thread does
/// it, and the kernels behind it in the stream see it done.
/// @param ring of ringSize orders, in device memory; @param state in device memory.
void beginStep(cudaStream_t stream, const StepOrder* ring, std::uint32_t ringSize, StepState* state);

/// Where images come from and where they go. All pointers are to device memory.
struct ImageInput {
    Shape shape;                          ///< Of one image.
    const std::uint8_t* pixels = nullptr; ///< A split: [images][channels][height][width].
    const std::uint8_t* labels = nullptr; ///< [images]
    /// A ring of sample indices, of which the state's order has its own from order.firstSample on. Null: the order's
    /// samples are those from index order.firstSample of the split on, as a test takes them.
    const std::uint32_t* samples = nullptr;
    std::uint32_t sampleCount = 0;       ///< Size of the ring.
    float* values = nullptr;             ///< The first edge: [places][channels][height][width].
    std::uint8_t* placeLabels = nullptr; ///< [places]
    AugmentationSpec augmentation;       ///< Left inactive for a test.
    std::uint64_t seed = 0;              ///< That augmentation is drawn with.
};

/// Fills the places of the first edge with the images of the state's order: pixel / 255, augmented where that is asked
/// for, and their labels. Places beyond order.validImages become zeros, with label 0.
void gatherImages(cudaStream_t stream, const ImageInput& input, const StepState* state, int places);

} // namespace kernelscope::cuda
