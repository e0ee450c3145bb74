// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Convolution on the GPU, with its activation and max-pool. The twin of core/cpu/conv.h.
#pragma once

#include "cuda/conv_kernels.h"
#include "cuda/pool.h"
#include "cuda/step.h"

#include <optional>

namespace kernelscope::cuda {

/// Convolution + activation + max-pool in one step. Any kernel, stride and padding; outputs that the pooling never
/// reads are not computed.
///
/// Forward: the kernel activates and pools its outputs in registers, where the pooling is of 2x2 windows side by side;
/// another pooling is a kernel of its own behind it.
///
/// Backward: the gradient of the convolution's outputs is not stored. Both gradient kernels work it out while they load
/// it, from the result's gradient, its value (which gives the activation's slope), and the place of each window's
/// maximum (device/conv_gradient.cuh). Only behind another pooling it is, but for the activation.
class ConvStep final : public CudaStep {
public:
    ConvStep(const StepOf<Conv>& step, Edge& in, Edge& out, const Environment& environment);

    void forward(const Pass& pass) override;
    void backward(const Pass& pass) override;
    std::vector<GradientPieces> gradientPieces() const override;
    std::int64_t executedFlops() const override;

private:
    /// A max-pooling that the convolution's kernels do not do themselves: what lies between.
    struct Pooling {
        PoolWindows windows;
        float* values = nullptr;    ///< [capacity][filters][rows][columns], activated.
        float* gradients = nullptr; ///< [batchSize][the same].
    };

    /// Which kernel does a part of the work: conv_direct's, where they can, else conv_general's.
    enum class Way { General, Direct, DirectPooled };

    ConvLaunch launchFor(const Pass& pass) const;
    const float* weights() const;
    const float* bias() const;

    Edge& m_in;
    Edge& m_out;
    const float* m_parameters; ///< The arena.
    Slice m_weightSlice;
    Slice m_biasSlice;
    bool m_needsInputGradient;
    int m_multiprocessors;
    Nonlinearity m_function;
    ConvShape m_shape;
    Precision m_precision;
    Way m_forward;
    Way m_backwardData;
    Way m_backwardWeights;
    std::optional<Pooling> m_pooling;
    std::uint16_t* m_arguments = nullptr; ///< Of a pooling of either kind; [batchSize][as the result].
    ConvPieces m_pieces;
};

} // namespace kernelscope::cuda
