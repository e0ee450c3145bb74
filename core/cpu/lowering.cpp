// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/lowering.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/overloaded.h"
#include "cpu/activation.h"
#include "cpu/batch_norm.h"
#include "cpu/conv.h"
#include "cpu/dense.h"
#include "cpu/dropout.h"
#include "cpu/flatten.h"
#include "cpu/pool.h"
#include "network/needed_work.h"
#include "training/optimizer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace kernelscope::cpu {
namespace {

/// A step with what lowering finds out about it, before anything is allocated.
struct Stage {
    Step step;
    int planStep = 0;
};

/// The shape in which a step's result lies, given how its input lies: activations and dropout leave values where they
/// are, also those that the plan calls flattened.
Shape resultShape(const Step& step, Shape in) {
    return std::visit(
        Overloaded{[](const StepOf<Conv>& s) { return s.result; }, [](const StepOf<Pool>& s) { return s.result; },
            [](const StepOf<Dense>& s) { return s.result; }, [in](const StepOf<Activation>&) { return in; },
            [in](const StepOf<Dropout>&) { return in; }, [](const StepOf<BatchNorm>& s) { return s.result; },
            [](const StepOf<Flatten>& s) { return s.result; },
            [](const SoftmaxLoss& s) {
                return Shape{s.classes, 1, 1};
            }},
        step);
}

/// Whether a step can read values that lie in this shape. Flattens are not part of a fused plan: dense layers read any
/// shape, the others need what the plan says.
bool reads(const Step& step, Shape lying) {
    return std::visit(
        Overloaded{[lying](const StepOf<Conv>& s) { return s.in == lying; },
            [lying](const StepOf<Pool>& s) { return s.in == lying; }, [](const StepOf<Dense>&) { return true; },
            [](const StepOf<Activation>&) { return true; }, [](const StepOf<Dropout>&) { return true; },
            [lying](const StepOf<BatchNorm>& s) { return s.in == lying; }, [](const StepOf<Flatten>&) { return true; },
            [lying](const SoftmaxLoss&) { return lying.isFlat(); }},
        step);
}

bool needsInputGradient(const Step& step) {
    return std::visit(
        Overloaded{[](const SoftmaxLoss&) { return true; }, [](const auto& s) { return s.needsInputGradient; }}, step);
}

/// The plan's steps, with a flatten wherever one is really needed.
std::vector<Stage> stagesOf(const Plan& plan) {
    std::vector<Stage> stages;
    Shape lying = plan.network.input;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        if (!reads(plan.steps[i], lying)) {
            StepOf<Flatten> flatten;
            flatten.in = lying;
            flatten.out = flatten.result = {static_cast<int>(lying.size()), 1, 1};
            flatten.needsInputGradient = needsInputGradient(plan.steps[i]);
            stages.push_back({flatten, static_cast<int>(i)});
            lying = flatten.result;
        }
        stages.push_back({plan.steps[i], static_cast<int>(i)});
        lying = resultShape(plan.steps[i], lying);
    }
    return stages;
}

/// Zeros that a step wants around its input.
std::size_t borderFor(const Step& step) {
    const auto* conv = std::get_if<StepOf<Conv>>(&step);
    if (!conv)
        return 0;
    // Uneven padding is not worth a layout of its own: the border is as wide as the widest side.
    const PaddedEnds rows = zerosAlong(conv->layer, conv->in.height);
    const PaddedEnds columns = zerosAlong(conv->layer, conv->in.width);
    return size(std::max({rows.before, rows.behind, columns.before, columns.behind}));
}

/// Whether a step runs along the channels in whole vectors. A convolution's forward pass broadcasts its inputs and its
/// gradients run over whole kernel rows: padding the one channel of an image would only multiply its work.
bool needsPaddedChannels(const Step& step) {
    return std::holds_alternative<StepOf<Pool>>(step) || std::holds_alternative<StepOf<Activation>>(step) ||
           std::holds_alternative<StepOf<Dropout>>(step) || std::holds_alternative<StepOf<BatchNorm>>(step);
}

std::string megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

bool isPerImage(const Step& step) {
    return !std::holds_alternative<StepOf<Dense>>(step) && !std::holds_alternative<StepOf<BatchNorm>>(step) &&
           !std::holds_alternative<SoftmaxLoss>(step);
}

std::unique_ptr<CpuStep> make(
    const Step& step, const NeededWork& work, Edge& in, Edge* out, const Environment& environment) {
    using Result = std::unique_ptr<CpuStep>;
    return std::visit(
        Overloaded{
            [&](const StepOf<Conv>& s) -> Result { return std::make_unique<ConvStep>(s, work, in, *out, environment); },
            [&](const StepOf<Pool>& s) -> Result { return std::make_unique<PoolStep>(s, in, *out, environment); },
            [&](const StepOf<Dense>& s) -> Result { return std::make_unique<DenseStep>(s, in, *out, environment); },
            [&](const StepOf<Activation>& s) -> Result {
                return std::make_unique<ActivationStep>(s, in, *out, environment);
            },
            [&](const StepOf<Dropout>& s) -> Result { return std::make_unique<DropoutStep>(s, in, *out, environment); },
            [&](const StepOf<BatchNorm>& s) -> Result {
                return std::make_unique<BatchNormStep>(s, in, *out, environment);
            },
            [&](const StepOf<Flatten>&) -> Result { return std::make_unique<FlattenStep>(in, *out, environment); },
            [&](const SoftmaxLoss& s) -> Result { return std::make_unique<SoftmaxLossStep>(s, in, environment); }},
        step);
}

/// Layouts of all edges; edge i is read by stage i.
void layOut(std::deque<Edge>& edges, const std::vector<Stage>& stages, const Plan& plan,
    const std::vector<NeededWork>& work, std::size_t lanes) {
    Shape shape = plan.network.input;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Layout layout;
        layout.shape = shape;
        const bool padded = i > 0 || needsPaddedChannels(stages[i].step);
        layout.channelStride = padded ? roundUp(size(shape.channels), lanes) : size(shape.channels);
        layout.border = borderFor(stages[i].step);
        layout.slack = padded ? 0 : lanes;
        // What takes the values for a vector, as the plan has it, goes over all of the image that they lie in.
        const NeededWork& needed = work[size(stages[i].planStep)];
        const bool liesAsPlanned = inputOf(plan.steps[size(stages[i].planStep)]) == shape;
        layout.neededRows = size(liesAsPlanned ? needed.inputRows : shape.height);
        layout.neededColumns = size(liesAsPlanned ? needed.inputColumns : shape.width);
        if (layout.size() > std::numeric_limits<std::int32_t>::max())
            throw Error({"Cannot train on the CPU", "a tensor of " + toFullString(shape),
                std::to_string(layout.size()) + " values with their padding",
                "at most " + std::to_string(std::numeric_limits<std::int32_t>::max()), "Use a smaller network."});
        edges.emplace_back().layout = layout;
        shape = resultShape(stages[i].step, shape);
    }
}

std::size_t valueCount(const Edge& edge, const Groups& groups, std::size_t capacity) {
    return (edge.keepsBatch ? capacity : groups.slots()) * edge.layout.size();
}

std::size_t gradientCount(const Edge& edge, const Groups& groups, std::size_t capacity) {
    if (!edge.hasGradients)
        return 0;
    return (edge.keepsBatch ? capacity : size(groups.threads)) * edge.layout.size();
}

/// Refuses what the machine has no memory for: the system would give it, and end the program when it is used.
void requireMemory(const std::deque<Edge>& edges, const Groups& groups, std::size_t capacity, int batchSize) {
    std::uint64_t bytes = 0;
    for (const Edge& edge : edges)
        bytes += sizeof(float) * (valueCount(edge, groups, capacity) + gradientCount(edge, groups, capacity));
    const std::optional<std::uint64_t> available = availableMemory();
    if (available && bytes > *available)
        throw Error({"Cannot train on the CPU", "batch size",
            std::to_string(batchSize) + ", for whose activations " + megabytes(bytes) + " are needed",
            "at most " + megabytes(*available) + ", which are free", "Use a smaller batch, or a smaller network."});
}

std::vector<Segment> segmentsOf(const std::vector<std::unique_ptr<CpuStep>>& steps) {
    std::vector<Segment> segments;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool perImage = steps[i]->isPerImage();
        if (perImage && !segments.empty() && segments.back().perImage)
            segments.back().last = i + 1;
        else
            segments.push_back({i, i + 1, perImage});
    }
    return segments;
}

} // namespace

std::unique_ptr<LoweredNetwork> lower(
    const Plan& plan, const Kernels& kernels, const Groups& groups, std::size_t capacity, const TrainingSpec& spec) {
    auto network = std::make_unique<LoweredNetwork>();
    const std::vector<Stage> stages = stagesOf(plan);
    const std::vector<NeededWork> work = neededWork(plan);
    layOut(network->edges, stages, plan, work, kernels.lanes);
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Edge& edge = network->edges[i];
        edge.hasGradients = i > 0 && needsInputGradient(stages[i].step);
        edge.keepsBatch = (i > 0 && !isPerImage(stages[i - 1].step)) || !isPerImage(stages[i].step);
        edge.groups = groups;
    }
    requireMemory(network->edges, groups, capacity, spec.batchSize);
    for (Edge& edge : network->edges) {
        edge.values = AlignedBuffer<float>(valueCount(edge, groups, capacity));
        edge.gradients = AlignedBuffer<float>(gradientCount(edge, groups, capacity));
    }

    Arenas& arenas = network->arenas;
    arenas.place.resize(plan.parameterCount);
    const Environment environment{kernels, capacity, groups, spec.seed, arenas};
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Edge* out = i + 1 < stages.size() ? &network->edges[i + 1] : nullptr;
        network->steps.push_back(
            make(stages[i].step, work[size(stages[i].planStep)], network->edges[i], out, environment));
        network->steps.back()->planStep = stages[i].planStep;
    }
    network->segments = segmentsOf(network->steps);
    network->loss = static_cast<SoftmaxLossStep*>(network->steps.back().get());

    if (arenas.size > std::numeric_limits<std::int32_t>::max())
        throw Error({"Cannot train on the CPU", "the network's parameters",
            std::to_string(arenas.size) + " values with their padding",
            "at most " + std::to_string(std::numeric_limits<std::int32_t>::max()), "Use a smaller network."});
    arenas.allocate(momentsPerParameter(spec.optimizer.kind), plan.stateCount);
    return network;
}

} // namespace kernelscope::cpu
