// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/lowering.h"

#include "base/error.h"
#include "base/overloaded.h"
#include "cuda/activation.h"
#include "cuda/batch_norm.h"
#include "cuda/conv.h"
#include "cuda/dense.h"
#include "cuda/device_memory.h"
#include "cuda/dropout.h"
#include "cuda/flatten.h"
#include "cuda/pool.h"

#include <limits>
#include <string>

namespace kernelscope::cuda {
namespace {

/// The shapes that a step reads and makes.
struct StepShapes {
    Shape in;
    Shape result;
};

StepShapes shapesOf(const Step& step) {
    return std::visit(Overloaded{[](const SoftmaxLoss& s) {
                                     return StepShapes{{s.classes, 1, 1}, {s.classes, 1, 1}};
                                 },
                          [](const auto& s) {
                              return StepShapes{s.in, s.result};
                          }},
        step);
}

bool needsInputGradient(const Step& step) {
    return std::visit(
        Overloaded{[](const SoftmaxLoss&) { return true; }, [](const auto& s) { return s.needsInputGradient; }}, step);
}

/// The step on the GPU. Flattens have none: values lie in canonical order, so their result is the same memory.
std::unique_ptr<CudaStep> make(
    const Step& step, Edge& in, Edge* out, const Environment& environment, const LossMemory& loss) {
    using Result = std::unique_ptr<CudaStep>;
    return std::visit(
        Overloaded{
            [&](const StepOf<Conv>& s) -> Result { return std::make_unique<ConvStep>(s, in, *out, environment); },
            [&](const StepOf<Pool>& s) -> Result { return std::make_unique<PoolStep>(s, in, *out, environment); },
            [&](const StepOf<Dense>& s) -> Result { return std::make_unique<DenseStep>(s, in, *out, environment); },
            [&](const StepOf<Activation>& s) -> Result {
                return std::make_unique<ActivationStep>(s, in, *out, environment);
            },
            [&](const StepOf<Dropout>& s) -> Result { return std::make_unique<DropoutStep>(s, in, *out, environment); },
            [&](const StepOf<BatchNorm>& s) -> Result {
                return std::make_unique<BatchNormStep>(s, in, *out, environment);
            },
            [&](const StepOf<Flatten>&) -> Result { return nullptr; },
            [&](const SoftmaxLoss& s) -> Result {
                return std::make_unique<SoftmaxLossStep>(s, in, environment, loss);
            }},
        step);
}

Edge makeEdge(Shape shape, bool hasGradients, const Environment& environment) {
    const auto most = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    if (shape.size() * static_cast<std::size_t>(environment.capacity) > most)
        throw Error({"Cannot train on the GPU",
            "a tensor of " + std::to_string(environment.capacity) + " x " + toFullString(shape),
            std::to_string(shape.size() * static_cast<std::size_t>(environment.capacity)) + " values",
            "at most " + std::to_string(most), "Use a smaller batch or network."});
    Edge edge;
    edge.shape = shape;
    edge.values = environment.memory.allocate<float>(static_cast<std::size_t>(environment.capacity) * shape.size());
    if (hasGradients) // only training goes backward
        edge.gradients =
            environment.memory.allocate<float>(static_cast<std::size_t>(environment.batchSize) * shape.size());
    return edge;
}

} // namespace

std::vector<GradientPieces> LoweredNetwork::gradientPieces() const {
    std::vector<GradientPieces> all;
    for (const auto& step : steps)
        for (const GradientPieces& pieces : step->gradientPieces())
            all.push_back(pieces);
    return all;
}

std::int64_t LoweredNetwork::executedFlops() const {
    std::int64_t flops = 0;
    for (const auto& step : steps)
        flops += step->executedFlops();
    return flops;
}

std::unique_ptr<LoweredNetwork> lower(const Plan& plan, const Environment& environment, const LossMemory& loss) {
    auto network = std::make_unique<LoweredNetwork>();
    std::deque<Edge>& edges = network->edges;
    edges.push_back(makeEdge(plan.network.input, false, environment));
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const auto [inShape, resultShape] = shapesOf(plan.steps[i]);
        if (edges.back().shape != inShape) // a flatten, which a fused plan does not name
            edges.push_back(flattened(edges.back()));
        if (std::holds_alternative<StepOf<Flatten>>(plan.steps[i]))
            continue;
        Edge& in = edges.back();
        Edge* out = nullptr;
        if (i + 1 < plan.steps.size())
            out = &edges.emplace_back(makeEdge(resultShape, needsInputGradient(plan.steps[i + 1]), environment));
        network->steps.push_back(make(plan.steps[i], in, out, environment, loss));
        network->steps.back()->planStep = static_cast<int>(i);
        if (out && !out->gradients)
            network->firstBackward = network->steps.size();
    }
    return network;
}

} // namespace kernelscope::cuda
