// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a step of the plan becomes on the GPU. The twin of core/cpu/step.h.
#pragma once

#include "cuda/platform/platform.h"
#include "cuda/step_state.h"
#include "layers/activation.h"
#include "network/plan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace kernelscope::cuda {

class Blas;
class DeviceMemory;

/// How products are rounded. TF32 keeps 10 bits of each factor's fraction, and runs on the tensor cores.
enum class Precision { Fp32, Tf32 };

/// The values between two steps, and their gradients, in device memory: [images][channels][height][width].
struct Edge {
    Shape shape;
    float* values = nullptr;
    float* gradients = nullptr; ///< Null where no layer before has parameters.
    std::size_t size() const { return shape.size(); }
};

/// What all steps of an executor share. All pointers are to device memory.
struct Environment {
    DeviceMemory& memory; ///< What steps allocate of, in their constructors only.
    Blas& blas;
    Precision precision = Precision::Fp32;
    int multiprocessors = 1;    ///< Of the device.
    int computeCapability = 75; ///< 10 * major + minor.
    int batchSize = 1;          ///< Images of a training step at most.
    int capacity = 1;           ///< Images that edges have room for; more than batchSize where that tests faster.
    std::uint64_t seed = 0;     ///< Of what is drawn while training.
    const float* parameters = nullptr; ///< Arenas, in the plan's canonical order.
    float* gradients = nullptr;
    float* state = nullptr;
};

/// What lies behind the first `offset` floats of an array; null where there is no array yet (see DeviceMemory).
template <class T>
T* part(T* array, std::size_t offset) {
    return array ? array + offset : nullptr;
}

/// What a forward or backward pass is for.
struct Pass {
    cudaStream_t stream = nullptr;
    bool training = false;            ///< Else the network is only used.
    int images = 0;                   ///< Places to compute, from 0; at most Environment::capacity.
    const StepState* state = nullptr; ///< Device memory. order.validImages of the places hold images; see CudaStep.
};

/// A gradient that is still in pieces: the gradient of parameter i of the slice is the sum over the pieces, in their
/// order, of pieces[piece * stride + i]. The update sums them, so that no launch is spent on it, and leaves the sum in
/// the Gradients arena. A piece never lies in the arena itself: a step of no images must leave what is there.
struct GradientPieces {
    Slice slice; ///< In the arenas.
    const float* pieces = nullptr;
    std::size_t stride = 0;
    int count = 1;
    bool decays = false; ///< Whether weight decay is for them, see isDecayed().
};

/// A step of the plan, lowered. Its functions put kernels into the pass's stream and return; they allocate nothing,
/// wait for nothing, and read nothing from the device, so that they can be captured into a graph, which is then
/// replayed for all steps of the run. What they launch depends on the pass's plain values only.
///
/// Places beyond order.validImages of a batch hold zeros at the first edge, and anything at the others; softmax-loss
/// gives them gradients of zero, so that sums over all places are sums over the images. Batch norm, whose sums are over
/// values, counts the valid ones only. Every sum has a fixed order: results are bit-identical from run to run.
class CudaStep {
public:
    CudaStep() = default;
    virtual ~CudaStep() = default;
    CudaStep(const CudaStep&) = delete;
    CudaStep& operator=(const CudaStep&) = delete;

    /// Result from input.
    virtual void forward(const Pass& pass) = 0;
    /// Gradient of the input (where the edge has one) from that of the result (which it may change), and the weight
    /// gradients' pieces. Follows forward() of the same pass.
    virtual void backward(const Pass& pass) = 0;
    /// The step's parameters and where backward() leaves their gradients. The same at every call.
    virtual std::vector<GradientPieces> gradientPieces() const { return {}; }
    /// With the update, for what is learnt without a gradient (running statistics). Does nothing where
    /// pass.state->nonFiniteStep is set.
    virtual void updateState(const Pass& /*pass*/) {}
    /// Multiplications and additions that a training step really does for one image, forward and backward.
    virtual std::int64_t executedFlops() const { return 0; }

    int planStep = 0; ///< Index in the plan of the step whose time this is.
};

} // namespace kernelscope::cuda
