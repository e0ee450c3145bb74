// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a step of the plan becomes on the CPU.
#pragma once

#include "cpu/aligned_buffer.h"
#include "cpu/arenas.h"
#include "cpu/kernels/kernels.h"
#include "cpu/layout.h"
#include "cpu/thread_pool.h"
#include "layers/activation.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace kernelscope::cpu {

/// The images that a thread takes forward and backward together before it turns to its next ones: so few that what lies
/// between their steps is still in the second-level cache on the way back.
struct Groups {
    int threads = 1;
    std::size_t images = 1; ///< Of a group, at most.

    std::size_t slots() const { return static_cast<std::size_t>(threads) * images; }
    /// A place for what is kept of an image as long as its group is under way. The images of a group are neighbours.
    std::size_t slot(std::size_t image, int thread) const {
        return static_cast<std::size_t>(thread) * images + image % images;
    }
};

/// The values between two steps, and their gradients.
struct Edge {
    Layout layout;
    /// Whether all images at once have a place. Between two steps that go image by image, those of a thread's group are
    /// enough, and one gradient for each thread; both stay in its caches.
    bool keepsBatch = false;
    bool hasGradients = true;
    Groups groups;
    AlignedBuffer<float> values;    ///< [images at once, or groups.slots()][layout.size()].
    AlignedBuffer<float> gradients; ///< [images at once, or threads][layout.size()].

    float* value(std::size_t image, int thread) const {
        return values.data() + (keepsBatch ? image : groups.slot(image, thread)) * layout.size();
    }
    float* gradient(std::size_t image, int thread) const {
        return gradients.data() + (keepsBatch ? image : static_cast<std::size_t>(thread)) * layout.size();
    }
};

/// What all steps of an executor share.
struct Environment {
    const Kernels& kernels;
    std::size_t capacity; ///< Images at once, all threads together.
    Groups groups;
    std::uint64_t seed; ///< Of what is drawn while training.
    Arenas& arenas;
};

/// A stretch of the arenas with parameters of one kind.
struct ParameterRange {
    IndexRange range;
    bool decays; ///< Whether weight decay is for them, see isDecayed().
};

/// What a forward pass is for.
struct Pass {
    bool training = false;         ///< Else the network is only used: the following mean nothing.
    std::int64_t step = 1;         ///< Of the run, 1 for the first.
    std::size_t firstPosition = 0; ///< In the batch, of the image in slot 0.
    std::size_t batchImages = 0;   ///< Of the whole batch.
};

/// A step of the plan, lowered. Everything that it needs is allocated by its constructor, from the arenas' reserve()
/// on.
///
/// Images are slots 0 to capacity - 1 of the edges; each belongs to one thread throughout a batch, which therefore goes
/// forward and backward without waiting for the others, group by group of its images. What needs the whole batch
/// (weight gradients) is done after a barrier, where each thread has a part of the step's parameters.
class CpuStep {
public:
    explicit CpuStep(const Environment& environment)
        : m_environment(environment),
          m_executed(static_cast<std::size_t>(environment.groups.threads)) {}
    virtual ~CpuStep() = default;
    CpuStep(const CpuStep&) = delete;
    CpuStep& operator=(const CpuStep&) = delete;

    /// Whether it goes image by image, so that an image passes through several steps while it is in the cache; the
    /// others get all images of a thread at once.
    virtual bool isPerImage() const { return true; }

    /// Whether a training step needs the whole batch to work out any image's result. All images of a batch are then
    /// in their slots at once, and prepareForward() and prepareBackward() are called, followed by a barrier, before
    /// forward() and backward().
    virtual bool needsWholeBatch() const { return false; }
    /// The thread's share of what forward() (in training) or backward() needs of all threads.
    virtual void prepareForward(IndexRange /*images*/, int /*thread*/) {}
    virtual void prepareBackward(IndexRange /*images*/, int /*thread*/) {}

    /// Result from input.
    virtual void forward(IndexRange images, int thread, const Pass& pass) = 0;
    /// Gradient of the input from that of the result (which it may change), and the thread's share of what the weight
    /// gradient needs. Follows forward() on the same images.
    virtual void backward(IndexRange images, int thread) = 0;

    /// Before a batch's first backward().
    virtual void beginBatch(int /*thread*/) {}
    /// After a barrier: weight gradients of one of `threads` parts, from all images of the batch so far.
    /// A batch that is larger than the capacity comes in pieces, of which this is the first, or the last.
    virtual void reduceGradients(int /*part*/, std::size_t /*images*/, bool /*first*/, bool /*last*/) {}
    /// The stretches of the arenas that make a part.
    virtual std::vector<ParameterRange> ownedParameters(int /*part*/) const { return {}; }
    /// With the update of a part's parameters: the same for what is learnt without a gradient.
    virtual void updateState(int /*part*/) {}
    /// After a part's parameters changed: makes the forms of them that forward() reads.
    virtual void packParameters(int /*part*/) {}

    /// See Executor::executedFlops().
    double executedFlops() const {
        double flops = 0;
        for (const Executed& executed : m_executed)
            flops += executed.flops;
        return flops;
    }

    int planStep = 0; ///< Index in the plan of the step whose time this is.

protected:
    /// Notes floating-point operations that a thread has done.
    void countFlops(int thread, std::size_t flops) {
        m_executed[static_cast<std::size_t>(thread)].flops += static_cast<double>(flops);
    }

    const Environment& environment() const { return m_environment; }
    const Kernels& kernels() const { return m_environment.kernels; }
    Arenas& arenas() const { return m_environment.arenas; }

private:
    struct alignas(64) Executed {
        double flops = 0; ///< Exact up to 2^53, which is hours of work.
    };

    Environment m_environment;
    std::vector<Executed> m_executed; ///< One for each thread.
};

/// What a value of a function costs, or the product with its derivative, for CpuStep::countFlops().
inline std::size_t flopsOf(Nonlinearity nonlinearity) {
    return nonlinearity.function == Function::None || nonlinearity.function == Function::Relu ? 0 : 2;
}

/// The kernels' word for an epilogue's activation.
inline Nonlinearity nonlinearityOf(const std::optional<Activation>& activation) {
    if (!activation)
        return {Function::None, 0};
    switch (activation->kind) {
    case ActivationKind::Relu:
        return {Function::Relu, 0};
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return {Function::LeakyRelu, activation->slope};
    case ActivationKind::Sigmoid:
        return {Function::Sigmoid, 0};
    }
    return {Function::Tanh, 0};
}

/// Puts the zeros that a layout promises behind the channels of `positions` neighbours back, where a function has made
/// something else of them: the sigmoid of 0 is 1/2.
inline void restorePadding(
    Nonlinearity nonlinearity, float* values, std::size_t positions, std::size_t stride, std::size_t channels) {
    if (nonlinearity.function != Function::Sigmoid)
        return;
    for (std::size_t position = 0; position < positions; ++position)
        for (std::size_t c = channels; c < stride; ++c)
            values[position * stride + c] = 0;
}

} // namespace kernelscope::cpu
