// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The end of a training step on the GPU: all gradients are summed up and all parameters updated by one kernel. The
/// twin of core/cpu/kernels/update.inl.
#pragma once

#include "cuda/step.h"
#include "training/training_spec.h"

namespace kernelscope::cuda {

/// The work of one block: a stretch of parameters whose gradients lie in the same way.
struct UpdateTile {
    const float* pieces = nullptr; ///< GradientPieces::pieces, from the tile's first parameter on.
    std::size_t stride = 0;
    std::uint32_t offset = 0;  ///< Of its first parameter in the arenas.
    std::uint32_t size = 0;    ///< Parameters.
    std::uint32_t count = 0;   ///< Pieces to sum.
    std::uint32_t columns = 0; ///< Parameters that the block's threads take side by side; the pieces are divided among
                               ///< its rows of threads.
    std::uint32_t decays = 0;  ///< Whether weight decay is for them.
};

/// The arenas that an update changes, in device memory, in the plan's canonical order.
struct UpdateArenas {
    float* parameters = nullptr;
    float* gradients = nullptr; ///< Gets the sums.
    float* first = nullptr;     ///< Velocity, or Adam's first moment; null where the optimizer has none.
    float* second = nullptr;    ///< Adam's second moment; likewise.
};

/// Sums all gradients and updates all parameters, by the formulas of training/optimizer.h. Its tables are made once,
/// when the network is loaded.
class Update {
public:
    /// @param gradients of all steps; @param memory what the table is allocated of. Waits until the table is there.
    Update(const std::vector<GradientPieces>& gradients, const UpdateArenas& arenas, const OptimizerSpec& optimizer,
        DeviceMemory& memory);

    /// Puts the update of pass.state's step into the pass's stream. The Gradients arena gets the sums of any step with
    /// valid images; parameters and moments stay as they are when the state has a nonFiniteStep.
    void launch(const Pass& pass) const;

private:
    UpdateArenas m_arenas;
    OptimizerSpec m_optimizer;
    const UpdateTile* m_tiles = nullptr; ///< In device memory.
    unsigned m_tileCount = 0;
};

} // namespace kernelscope::cuda
