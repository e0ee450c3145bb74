// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Softmax and cross-entropy on the GPU. The twin of core/cpu/softmax_loss.h.
#pragma once

#include "cuda/step.h"
#include "training/prediction.h"

namespace kernelscope::cuda {

/// Sums over the images of an evaluation so far, in device memory: the host writes zeros before the first pass, and
/// reads them behind the last.
struct EvaluationSums {
    double lossSum = 0;
    std::int64_t correct = 0;
    std::int64_t count = 0;
};

/// What the loss reads and writes beside its edge. All pointers are to device memory.
struct LossMemory {
    const std::uint8_t* labels = nullptr; ///< [Environment::capacity]: class of each place's image.
    StepState* training = nullptr;        ///< Whose nonFiniteStep it sets.
    StepResult* results = nullptr;        ///< A ring: the result of order number n (see StepState::next) is at n modulo
    std::uint32_t resultCount = 0;        ///< this.
    EvaluationSums* evaluation = nullptr;
    /// One for each image of an evaluation, in the order of its passes; null: none wanted.
    Prediction* predictions = nullptr;
};

/// What the blocks of a launch leave for the last of them to sum.
struct LossPartial {
    float* losses = nullptr;           ///< [capacity]
    std::uint8_t* isCorrect = nullptr; ///< [capacity]
    unsigned* blocksDone = nullptr;    ///< Zero between launches.
};

/// Loss of each image, and at once its gradient: softmax - one-hot, divided by the valid images of the batch; zero at
/// the other places.
///
/// A training pass writes its StepResult, and sets the training state's nonFiniteStep where it is the first whose mean
/// loss is not finite. Another pass adds to the EvaluationSums, and writes Predictions from place
/// EvaluationSums::count on.
class SoftmaxLossStep final : public CudaStep {
public:
    SoftmaxLossStep(const SoftmaxLoss& step, Edge& in, const Environment& environment, const LossMemory& memory);

    void forward(const Pass& pass) override;
    void backward(const Pass&) override {}
    std::int64_t executedFlops() const override;

private:
    Edge& m_in;
    int m_classes;
    LossMemory m_memory;
    LossPartial m_partial;
};

} // namespace kernelscope::cuda
