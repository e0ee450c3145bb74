// SPDX-License-Identifier: GPL-3.0-or-later
// One kernel ends the step: it sums what the steps left of each gradient, and moves the parameter by it while the sum
// is still in a register. For each parameter: a load for each piece, a store of the sum, and a load and a store each of
// the weight and its moments; with Adam 28 bytes, besides the pieces.
//
// A block has a tile: neighbouring parameters whose gradients lie in the same way. Where a gradient is whole or in few
// pieces, each thread has a parameter. Where it is in many, 32 parameters (a line of memory) are enough, and eight
// rows of threads divide the pieces among themselves. Which tiles there are is known when the network is loaded.
#include "cuda/update.h"

#include "cuda/device/sum_over_rows.cuh"
#include "cuda/device_memory.h"
#include "cuda/platform/error_check.h"

#include <algorithm>

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kFewColumns = 32;
constexpr int kManyPieces = 8;

/// The constants of all steps; see UpdateConstants.
struct UpdateRule {
    OptimizerKind kind;
    float momentum;
    float beta1;
    float beta2;
    float epsilon;
    float decay;     ///< Of the weight, added to the gradient.
    float decoupled; ///< AdamW: this times the learning rate is taken off the weight.
};

/// updateParameter() of training/optimizer.h, for a parameter of the arenas.
__device__ void updateParameter(const UpdateRule& rule, const StepOrder& order, bool decays, float gradient,
    const UpdateArenas& arenas, std::size_t i) {
    float value = arenas.parameters[i];
    const float rate = order.updateRate;
    if (decays)
        gradient += rule.decay * value;
    switch (rule.kind) {
    case OptimizerKind::Sgd:
        value -= rate * gradient;
        break;
    case OptimizerKind::Momentum: {
        const float velocity = rule.momentum * arenas.first[i] - rate * gradient;
        arenas.first[i] = velocity;
        value += velocity;
        break;
    }
    case OptimizerKind::Nesterov: {
        const float velocity = rule.momentum * arenas.first[i] - rate * gradient;
        arenas.first[i] = velocity;
        value += rule.momentum * velocity - rate * gradient;
        break;
    }
    case OptimizerKind::AdamW:
        if (decays)
            value -= order.learningRate * rule.decoupled * value;
        [[fallthrough]];
    case OptimizerKind::Adam: {
        const float first = rule.beta1 * arenas.first[i] + (1 - rule.beta1) * gradient;
        const float second = rule.beta2 * arenas.second[i] + (1 - rule.beta2) * gradient * gradient;
        arenas.first[i] = first;
        arenas.second[i] = second;
        value -= rate * first / (sqrtf(second) + rule.epsilon);
        break;
    }
    }
    arenas.parameters[i] = value;
}

__global__ void update(const UpdateTile* tiles, UpdateArenas arenas, UpdateRule rule, const StepState* state) {
    KERNEL_SHARED(float, shared, [kThreads]);
    const StepOrder order = state->order;
    if (order.validImages == 0) // no step at all
        return;
    const UpdateTile tile = tiles[blockIdx.x];
    const unsigned rows = kThreads / tile.columns;
    const unsigned row = threadIdx.x / tile.columns;
    const unsigned column = threadIdx.x % tile.columns;

    float gradient = 0;
    if (column < tile.size)
        for (unsigned piece = row; piece < tile.count; piece += rows)
            gradient += tile.pieces[piece * tile.stride + column];
    if (rows > 1)
        gradient = sumOverRows(shared, gradient, tile.columns);
    if (row > 0 || column >= tile.size)
        return;

    const std::size_t i = std::size_t{tile.offset} + column;
    arenas.gradients[i] = gradient;
    if (state->nonFiniteStep == 0)
        updateParameter(rule, order, tile.decays, gradient, arenas, i);
}

void appendTiles(const GradientPieces& gradient, std::vector<UpdateTile>& tiles) {
    const unsigned columns = gradient.count < kManyPieces ? kThreads : kFewColumns;
    for (std::size_t first = 0; first < gradient.slice.size; first += columns) {
        UpdateTile& tile = tiles.emplace_back();
        tile.pieces = part(gradient.pieces, first);
        tile.stride = gradient.stride;
        tile.offset = static_cast<std::uint32_t>(gradient.slice.offset + first);
        tile.size = static_cast<std::uint32_t>(std::min<std::size_t>(columns, gradient.slice.size - first));
        tile.count = static_cast<std::uint32_t>(gradient.count);
        tile.columns = columns;
        tile.decays = gradient.decays;
    }
}

} // namespace

Update::Update(const std::vector<GradientPieces>& gradients, const UpdateArenas& arenas, const OptimizerSpec& optimizer,
    DeviceMemory& memory)
    : m_arenas(arenas),
      m_optimizer(optimizer) {
    std::vector<UpdateTile> tiles;
    for (const GradientPieces& gradient : gradients)
        appendTiles(gradient, tiles);
    m_tileCount = static_cast<unsigned>(tiles.size());
    auto* onDevice = memory.allocate<UpdateTile>(tiles.size());
    if (!onDevice)
        return;
    checkCuda(cudaMemcpy(onDevice, tiles.data(), tiles.size() * sizeof(UpdateTile), cudaMemcpyHostToDevice),
        "tell the GPU what an update consists of");
    m_tiles = onDevice;
}

void Update::launch(const Pass& pass) const {
    if (m_tileCount == 0)
        return;
    const OptimizerSpec& o = m_optimizer;
    const bool isDecoupled = o.kind == OptimizerKind::AdamW;
    const UpdateRule rule{o.kind, o.momentum, o.beta1, o.beta2, o.epsilon, isDecoupled ? 0 : o.weightDecay,
        isDecoupled ? o.weightDecay : 0};
    checkCuda(
        launchKernel(update, LaunchShape{m_tileCount, kThreads}, pass.stream, m_tiles, m_arenas, rule, pass.state),
        "launch the update");
}

} // namespace kernelscope::cuda
