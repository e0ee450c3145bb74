// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The plan: a network with every shape, parameter, FLOP and byte worked out, as a flat list of steps in execution
/// order that each backend lowers into whatever its hardware likes.
#pragma once

#include "network/network.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace kernelscope {

/// A stretch of an arena, in floats.
struct Slice {
    std::size_t offset = 0;
    std::size_t size = 0;
    bool operator==(const Slice&) const = default;
};

/// One learnt array and its place in the Parameters arena. Canonical order: layer by layer, weight before bias,
/// weights as OIHW or [out][in]; the same order in snapshots, files and every backend's read() and write().
struct ParameterInfo {
    std::string name; ///< "conv1.weight"; the tensor's name in safetensors.
    int layer = 0;    ///< Index of its layer in the network.
    ParameterShape shape;
    Slice slice;
};

/// Floating-point operations for one image, counted densely from the shapes: 2 for each multiply-add of convolutions
/// and dense layers, nothing for the rest.
struct Flops {
    std::int64_t forward = 0;
    std::int64_t backward = 0; ///< Weight gradients, and data gradients where a layer before needs them.
    std::int64_t training() const { return forward + backward; }
};

/// What is known of a layer before anything trains.
struct LayerInfo {
    std::string name; ///< "conv1".
    Shape in;
    Shape out;
    std::int64_t parameters = 0;      ///< Number of learnt values.
    Flops flops;                      ///< For one image.
    std::int64_t parameterBytes = 0;  ///< float32.
    std::int64_t activationBytes = 0; ///< Its output for one image, float32.
    std::int64_t states = 0;          ///< Number of values learnt without a gradient (running statistics).
};

/// What a step does to its own output before it leaves the registers.
struct Epilogue {
    std::optional<Activation> activation;
    std::optional<Pool> pool; ///< Max pooling only; after the activation.
    bool operator==(const Epilogue&) const = default;
};

/// A layer with its shapes, the place of its parameters, and the layers fused into it.
template <class L>
struct StepOf {
    L layer;
    int firstLayer = 0; ///< Index in the network of `layer`.
    int layerCount = 1; ///< Layers that the step covers: itself and those in its epilogue.
    Shape in;
    Shape out;    ///< Of `layer` itself.
    Shape result; ///< After the epilogue; what the next step reads.
    Slice weights;
    Slice bias;
    Slice state; ///< In the State arena: batch norm's running means, then its running variances.
    Epilogue epilogue;
    bool needsInputGradient = true; ///< False where no layer before has parameters.
};

/// Softmax and cross-entropy over the logits; the mean over the batch's valid images is the loss.
struct SoftmaxLoss {
    int classes = 0;
};

/// One unit of execution.
using Step = std::variant<StepOf<Conv>, StepOf<Pool>, StepOf<Dense>, StepOf<Activation>, StepOf<Dropout>,
    StepOf<BatchNorm>, StepOf<Flatten>, SoftmaxLoss>;

/// Whether compile() may fuse: conv + activation + max-pool, dense + activation, batch norm + activation, and drop
/// flattens.
enum class Fusion { Off, On };

/// A compiled network.
struct Plan {
    Network network;
    std::vector<LayerInfo> layers; ///< One for each layer of the network.
    std::vector<Step> steps;
    std::vector<ParameterInfo> parameters;
    std::size_t parameterCount = 0;    ///< Floats in the Parameters arena.
    std::vector<ParameterInfo> states; ///< What is learnt without a gradient; their slices are of the State arena.
    std::size_t stateCount = 0;        ///< Floats in the State arena.
    int classes = 0;
    Flops flops; ///< Sum over the layers, for one image.
};

/// Checks the network and works out its plan. Throws LayerError naming the layer, and the two shapes that do not fit;
/// Error when there is no layer, the last output is not flat, or the network exceeds maximumValues().
Plan compile(const Network& network, Fusion fusion = Fusion::On);

/// Most values that one tensor of a network may have (2^28); more is surely a mistake, and sizes stay far from
/// overflow.
constexpr std::int64_t maximumValues() {
    return std::int64_t{1} << 28;
}

/// The first values of all parameters: Glorot uniform weights, zero biases, ones for batch norm's weights; a pure
/// function of the seed, the same on every machine and for every backend.
std::vector<float> initialParameters(const Plan& plan, std::uint64_t seed);

/// The first values of the State arena: running means of 0, running variances of 1.
std::vector<float> initialState(const Plan& plan);

} // namespace kernelscope
