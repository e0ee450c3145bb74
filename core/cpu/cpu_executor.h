// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network loaded on the CPU.
#pragma once

#include "cpu/lowering.h"
#include "cpu/thread_pool.h"
#include "training/backend.h"

#include <memory>
#include <vector>

namespace kernelscope::cpu {

/// Runs a lowered network on a pool of threads.
///
/// The images of a batch are divided among the threads, always in the same way. A training step is: each thread goes
/// forward and backward through its images; barrier; each thread sums up and updates its part of the parameters;
/// barrier. Where there is batch norm, the threads also meet before it in either direction. All sums have a fixed
/// order, so the result depends on instruction set and number of threads alone.
class CpuExecutor final : public Executor {
public:
    /// Steps whose metrics have their place from the beginning.
    static constexpr std::size_t undrainedSteps = 1024;

    CpuExecutor(const Network& network, DataSetPtr data, const TrainingSpec& spec, const Kernels& kernels, int threads);

    const Plan& plan() const override { return m_plan; }
    /// Takes no memory and no lock, and calls the system only at a barrier, to sleep, as long as no more than
    /// undrainedSteps steps wait for drainMetrics(): what a step needs was made with the executor.
    void trainSteps(const BatchPlan& batches) override;
    Metrics drainMetrics() override;
    Evaluation evaluate(SampleRange range, std::span<Prediction> predictions = {}) override;
    StepTimes profile(const BatchPlan& batch) override;
    std::size_t arenaSize(Arena arena) const override;
    void read(Arena arena, std::span<float> values) const override;
    void write(Arena arena, std::span<const float> values) override;
    double executedFlops() const override;

private:
    /// One thread's seconds, lowered step by lowered step; see profile().
    struct StepClock {
        std::vector<StepTimes::Entry> steps;
        double update = 0;
    };

    /// The parameters of a step that a thread updates.
    using Owned = std::vector<ParameterRange>;

    StepMetrics trainStep(
        const BatchPlan& batches, std::size_t step, bool mayUpdate, bool alwaysUpdate, int thread, StepClock* clock);
    void loadImage(std::size_t slot, Split split, std::size_t sample, int thread);
    /// The same for a step's batch, augmented.
    void loadTrainingImage(std::size_t slot, std::size_t sample, const Pass& pass, int thread);
    void checkBatches(const BatchPlan& batches) const;
    void forward(IndexRange images, int thread, const Pass& pass, StepClock* clock);
    void backward(IndexRange images, int thread, StepClock* clock);
    void reduceGradients(int thread, std::size_t images, bool first, bool last, StepClock* clock);
    void update(const BatchPlan& batches, std::size_t step, int thread);
    void packParameters();
    static bool isFinite(const StepMetrics& metrics);

    Plan m_plan;
    DataSetPtr m_data;
    OptimizerSpec m_optimizer;
    AugmentationSpec m_augmentation;
    std::uint64_t m_seed;
    const Kernels& m_kernels;
    std::size_t m_capacity; ///< Images at once, all threads together.
    Groups m_groups;
    std::unique_ptr<LoweredNetwork> m_network;
    ThreadPool m_pool;
    std::vector<std::vector<std::uint8_t>> m_augmented; ///< One image for each thread; empty where none is augmented.
    double m_updateFlops = 0;                           ///< Floating-point operations of all updates.
    Metrics m_metrics;                                  ///< Since the last drain.
    std::vector<std::vector<Owned>> m_owned;            ///< For each thread, what it updates of each step.
    bool m_frozen = false; ///< A loss was not finite: no updates until parameters are written.
};

} // namespace kernelscope::cpu
