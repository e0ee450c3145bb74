// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The reference backend's executor. Internal to core/reference.
#pragma once

#include "reference/reference_model.h"
#include "training/backend.h"

namespace kernelscope {

/// In one thread; every call is done when it returns.
class ReferenceExecutor final : public Executor {
public:
    ReferenceExecutor(const Network& network, DataSetPtr data, const TrainingSpec& spec);

    const Plan& plan() const override { return m_model.plan(); }
    void trainSteps(const BatchPlan& batches) override;
    Metrics drainMetrics() override;
    Evaluation evaluate(SampleRange range, std::span<Prediction> predictions = {}) override;
    StepTimes profile(const BatchPlan& batch) override;
    std::size_t arenaSize(Arena arena) const override;
    void read(Arena arena, std::span<float> values) const override;
    void write(Arena arena, std::span<const float> values) override;

private:
    /// Copies images, pixel / 255, into m_images; returns their labels.
    /// @param pass the training step that they are for, which decides how they are augmented.
    std::vector<int> loadImages(
        Split split, std::span<const std::uint32_t> samples, std::optional<TrainingPass> pass = std::nullopt);
    const std::vector<float>& arena(Arena which) const;
    std::vector<float>& arena(Arena which);

    ReferenceModel<float> m_model;
    DataSetPtr m_data;
    OptimizerSpec m_optimizer;
    AugmentationSpec m_augmentation;
    std::uint64_t m_seed;
    std::vector<float> m_parameters;
    std::vector<float> m_state;
    std::vector<float> m_gradients;
    std::vector<float> m_moments;
    std::vector<float> m_images;                 ///< Those of the next forward pass.
    std::vector<StepMetrics> m_measured;         ///< Since the last drain.
    std::optional<std::int64_t> m_nonFiniteStep; ///< While set, nothing is updated.
};

} // namespace kernelscope
