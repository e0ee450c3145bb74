// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The interface that every way to compute a network implements: reference, CPU, CUDA.
#pragma once

#include "data/data_set.h"
#include "network/plan.h"
#include "training/prediction.h"
#include "training/training_spec.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// A device as the user chooses it and a record names it.
struct DeviceInfo {
    std::string id;                 ///< As on the command line: "cpu", "cpu:1", "reference", "cuda:0", "cuda:0:tf32".
    std::string name;               ///< The chip: "AMD EPYC 9654".
    std::string backend;            ///< "reference", "cpu" or "cuda".
    std::string instructionSet;     ///< "scalar", "AVX2", "AVX-512", "sm_90".
    int threads = 1;                ///< CPU threads that compute.
    std::string precision = "fp32"; ///< Or "tf32": factors of products are rounded to 10 bits of fraction.
    std::string driver = std::string(); ///< Of a GPU: the CUDA that its driver is for, "CUDA 13.0"; else empty.
    bool operator==(const DeviceInfo&) const = default;
};

/// Which of the executor's arenas, each one float for each parameter in the plan's canonical order, except State.
enum class Arena {
    Parameters,
    State,     ///< What is learnt without a gradient (running statistics): plan().stateCount floats.
    Gradients, ///< Of the last training step: of the mean loss over its valid images.
    Moments,   ///< The optimizer's memory: nothing for SGD, velocity, or Adam's first then second moments.
};

/// The next training steps: samples in order, cut into batches.
struct BatchPlan {
    std::int64_t firstStep = 1; ///< Number of the first of these steps in the run; the run's first step is 1.
    std::span<const std::uint32_t> samples; ///< Indices into Split::Train; DataSet::require() was called for them.
    int batchSize = 1;                      ///< Only the last batch may be smaller.
    std::span<const float> learningRates;   ///< One for each step.

    /// Steps that the samples make.
    std::size_t steps() const {
        return (samples.size() + static_cast<std::size_t>(batchSize) - 1) / static_cast<std::size_t>(batchSize);
    }
};

/// What one training step measured on its batch, before its update.
struct StepMetrics {
    std::int64_t step = 0;
    float loss = 0;  ///< Mean over the batch's images.
    int correct = 0; ///< Images whose greatest logit is the label's (the first of equals).
    int count = 0;   ///< Images in the batch.
};

/// What was measured since the last drain.
struct Metrics {
    std::vector<StepMetrics> steps;
    /// The first step whose loss was not finite. From it on no update was made, until write(Arena::Parameters).
    std::optional<std::int64_t> nonFiniteStep;
};

/// Result over a range of test images.
struct Evaluation {
    double lossSum = 0; ///< Sum over the images, so that ranges add up.
    std::int64_t correct = 0;
    std::int64_t count = 0;
    double loss() const { return count ? lossSum / static_cast<double>(count) : 0; }
    double accuracy() const { return count ? static_cast<double>(correct) / static_cast<double>(count) : 0; }
};

/// A stretch of a split.
struct SampleRange {
    Split split = Split::Test;
    std::size_t first = 0;
    std::size_t count = 0;
};

/// Time of one training step, step of the plan by step of the plan. Measured apart, so their sum may exceed a fused
/// run's.
struct StepTimes {
    struct Entry {
        double forward = 0;  ///< Seconds.
        double backward = 0; ///< Seconds; weight gradients and, on the CPU, their sums over the threads.
    };
    std::vector<Entry> steps; ///< One for each step of the executor's plan.
    double update = 0; ///< The optimizer, and sums over pieces of gradients that a device fuses with it; seconds.
};

/// Copies of parameters and state on their way from a device that trains on meanwhile.
class SnapshotCopies {
public:
    virtual ~SnapshotCopies() = default;

    /// Copies that may be under way at once, at least 1.
    virtual std::size_t most() const = 0;

    /// Begins a copy of both as they are after the steps handed in so far, and does not wait for the device. To be
    /// called only while fewer than most() are under way.
    virtual void begin() = 0;

    /// Waits for the oldest copy that is under way, and hands it over: sizes and order as of Executor::read().
    virtual void take(std::span<float> parameters, std::span<float> state) = 0;
};

/// A network loaded on a device. Lives and dies in one thread.
class Executor {
public:
    virtual ~Executor() = default;

    /// The plan that it executes (its steps are what profile() times).
    virtual const Plan& plan() const = 0;

    /// Steps that it likes to get in one call of trainSteps(), or a multiple of them: so many it hands to its device
    /// together. 1 where that makes no difference. About 2 ms of work at most.
    virtual int stepsPerCall() const { return 1; }

    /// Trains on the batches, in order. May return before the device is done (bounded to about 2 ms of work), but keeps
    /// no reference into `batches`.
    virtual void trainSteps(const BatchPlan& batches) = 0;

    /// Waits for the device; gives what was measured since the last call.
    virtual Metrics drainMetrics() = 0;

    /// Loss and accuracy over a range, with the current parameters. DataSet::require() was called for it.
    /// @param predictions empty, or one place for each image of the range, in its order: filled with what the network
    /// takes them for. Evaluation::correct is the count of those whose first class is the label. A device fills them
    /// from the logits that the loss is taken of, so that asking for them costs next to nothing. Throws Error where
    /// their number is another.
    virtual Evaluation evaluate(SampleRange range, std::span<Prediction> predictions = {}) = 0;

    /// Times one training step (forward, backward and update are computed, parameters stay as they were).
    virtual StepTimes profile(const BatchPlan& batch) = 0;

    /// Floats in an arena.
    virtual std::size_t arenaSize(Arena arena) const = 0;

    /// Copies an arena out, in canonical order; values.size() == arenaSize(arena).
    virtual void read(Arena arena, std::span<float> values) const = 0;

    /// For copies that need not wait for the device; they live as long as the executor. Null where it computes in this
    /// thread, so that read() waits for nothing.
    virtual SnapshotCopies* snapshotCopies() { return nullptr; }

    /// Copies an arena in. Writing Parameters also ends the refusal to update after a non-finite loss.
    virtual void write(Arena arena, std::span<const float> values) = 0;

    /// Floating-point operations done since the network was loaded, in training and evaluation: multiplications,
    /// additions, divisions and roots that the device's method takes, which may be fewer than a layer's formula has
    /// (see LayerInfo::flops). Not counted are comparisons, and the zeros that fill up vectors. 0: the backend does not
    /// count. Between calls only.
    virtual double executedFlops() const { return 0; }
};

/// A device that can train.
class Backend {
public:
    virtual ~Backend() = default;

    virtual DeviceInfo device() const = 0;

    /// Compiles the network for the device and allocates all that training needs. Parameters, state and moments are
    /// zero until written. Throws Error when the device cannot do it, never falling back to another in silence.
    virtual std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const = 0;
};

} // namespace kernelscope
