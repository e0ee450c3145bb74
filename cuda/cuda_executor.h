// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network loaded on a GPU. The twin of core/cpu/cpu_executor.h.
#pragma once

#include "cuda/arenas.h"
#include "cuda/blas.h"
#include "cuda/lowering.h"
#include "cuda/order_rings.h"
#include "cuda/resident_data.h"
#include "cuda/snapshot_ring.h"
#include "cuda/staging.h"
#include "cuda/step_graph.h"
#include "cuda/update.h"
#include "training/backend.h"

#include <array>
#include <memory>
#include <vector>

namespace kernelscope::cuda {

/// Where and how a network is loaded.
struct LoadOptions {
    int device = 0;
    Precision precision = Precision::Fp32;
    /// Training steps of the largest graph; 0: as many as the device makes in two milliseconds, which is measured.
    int stepsPerLaunch = 0;
    /// Images of an evaluation's pass at most; 0: what suits a GPU.
    int evaluationImages = 0;
};

/// Runs a lowered network on a GPU.
///
/// Everything lies on the device: the data set, the arenas, the edges. Training is a sequence of graph launches, each
/// of one whole step or of several; the host writes which steps they are into rings and reads afterwards what they
/// measured. It prepares a launch while the device works on the one before, and no more than two are ever under way, so
/// that whoever wants to stop waits for at most some 4 ms of work.
///
/// All results are bit-identical from run to run on the same kind of device.
class CudaExecutor final : public Executor {
public:
    /// @param plan made with Fusion::On or Off, for data that fits it. Throws Error where the device has not enough
    /// memory, naming how much it would take, and CudaError.
    CudaExecutor(const Plan& plan, DataSetPtr data, const TrainingSpec& spec, const LoadOptions& options);

    const Plan& plan() const override { return m_plan; }
    int stepsPerCall() const override { return m_graphs.front().steps(); }
    void trainSteps(const BatchPlan& batches) override;
    Metrics drainMetrics() override;
    Evaluation evaluate(SampleRange range, std::span<Prediction> predictions = {}) override;
    StepTimes profile(const BatchPlan& batch) override;
    std::size_t arenaSize(Arena arena) const override { return m_arenas.size(arena); }
    void read(Arena arena, std::span<float> values) const override;
    SnapshotCopies* snapshotCopies() override { return &m_snapshots; }
    void write(Arena arena, std::span<const float> values) override;
    double executedFlops() const override { return m_flops; }

    /// Launches of graphs so far.
    std::int64_t launches() const { return m_launches; }
    /// Training steps of the largest graph; 1: there is none but the one-step graph.
    int stepsPerLaunch() const { return m_graphs.front().steps(); }
    /// Device memory that it holds.
    std::size_t deviceBytes() const { return m_memory.bytes(); }

private:
    /// What evaluate() needs beside the steps. All of it in device memory but hostOrders.
    struct EvaluationMemory {
        EvaluationMemory(std::size_t passes, std::size_t capacity, DeviceMemory& memory);
        std::size_t images; ///< Of a stretch at most.
        StepState* state;
        StepOrder* orders; ///< One for each pass.
        EvaluationSums* sums;
        Prediction* predictions; ///< [images]
        PinnedBuffer<StepOrder> hostOrders;
    };

    /// Waits, before anything is destroyed, until the device no longer uses it.
    struct Rest {
        const CudaExecutor& executor;
        ~Rest();
    };

    std::size_t requireMemory() const;
    Environment environment(DeviceMemory& memory, const Arenas& arenas) const;
    LossMemory lossMemory() const;
    void warmUp();
    int measureStepsPerLaunch(const StepGraph& oneStep);
    double timeOfSteps(const StepGraph& oneStep, int steps);
    void fillForTiming();

    Pass trainingPass() const;
    void enqueueInput(const Pass& pass, Split split) const;
    void enqueueStep() const;
    void sendAhead();

    void requireTrainable(const BatchPlan& batches) const;
    void addOrder(const BatchPlan& batches, std::size_t step);
    void launch(const StepGraph& graph);
    void collectMetrics();
    Evaluation evaluateStretch(SampleRange range, std::span<Prediction> predictions);
    void timeStep(StepTimes& times);

    LoadOptions m_options;
    Plan m_plan;
    OptimizerSpec m_optimizer;
    AugmentationSpec m_augmentation;
    std::uint64_t m_seed;
    DataSetPtr m_dataSet;
    int m_batchSize;
    int m_capacity;  ///< Images that edges have room for.
    int m_mostSteps; ///< Of a launch.
    cudaDeviceProp m_device;

    // From here on in the order in which things are made, and destroyed the other way round.
    DeviceMemory m_memory;
    Stream m_stream;     ///< Of all kernels.
    Stream m_copyStream; ///< Of what the host sends ahead.
    mutable Staging m_staging;
    mutable Blas m_blas;
    std::size_t m_neededBytes; ///< Refused in time where the device has less.
    Arenas m_arenas;
    SnapshotRing m_snapshots;
    ResidentData m_data;
    OrderRings m_rings;
    StepState* m_state;     ///< Of training, in device memory.
    std::uint8_t* m_labels; ///< [capacity]: of the places, in device memory.
    EvaluationMemory m_evaluation;
    std::unique_ptr<LoweredNetwork> m_network;
    Update m_update;
    Event m_sent = makeEvent();                                ///< What the host sent ahead has arrived.
    std::array<Event, 2> m_launched{makeEvent(), makeEvent()}; ///< The last launches are done.
    std::vector<StepGraph> m_graphs; ///< Each of fewer steps than the one before; the last of one step.
    Rest m_rest{*this};

    double m_trainingFlops; ///< Operations of a training step for one image.
    double m_flops = 0;     ///< Of all that was done.
    std::int64_t m_launches = 0;
    Metrics m_metrics;     ///< Since the last drain.
    bool m_frozen = false; ///< A loss was not finite: no updates until parameters are written.
};

} // namespace kernelscope::cuda
