// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/lowering.h"

#include "base/error.h"
#include "base/overloaded.h"
#include "cpu/activation.h"
#include "cpu/batch_norm.h"
#include "cpu/conv.h"
#include "cpu/dense.h"
#include "cpu/dropout.h"
#include "cpu/flatten.h"
#include "cpu/pool.h"
#include "training/optimizer.h"

#include <algorithm>
#include <limits>

namespace kernelscope::cpu {
namespace {

/// A step with what lowering finds out about it, before anything is allocated.
struct Stage {
    Step step;
    int planStep = 0;
};

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

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

/// The plan's steps, with a flatten wherever one is really needed.
std::vector<Stage> stagesOf(const Plan& plan) {
    std::vector<Stage> stages;
    Shape lying = plan.network.input;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        if (!reads(plan.steps[i], lying)) {
            StepOf<Flatten> flatten;
            flatten.in = lying;
            flatten.out = flatten.result = {static_cast<int>(lying.size()), 1, 1};
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

bool isPerImage(const Step& step) {
    return !std::holds_alternative<StepOf<Dense>>(step) && !std::holds_alternative<StepOf<BatchNorm>>(step) &&
           !std::holds_alternative<SoftmaxLoss>(step);
}

/// Inputs of `windows` windows in a row.
std::size_t covered(std::size_t windows, int window, int stride) {
    return (windows - 1) * size(stride) + size(window);
}

/// Which rows (or columns) of its input a step reads to give the first `needed` of its result.
std::size_t neededOfInput(const Step& step, std::size_t needed, std::size_t all) {
    return std::visit(Overloaded{[&](const StepOf<Conv>& s) {
                                     if (s.epilogue.pool)
                                         needed = covered(needed, s.epilogue.pool->size, s.epilogue.pool->stride);
                                     const std::size_t padded = covered(needed, s.layer.kernel, s.layer.stride);
                                     const int before = zerosAlong(s.layer, static_cast<int>(all)).before;
                                     return std::min(all, padded - std::min(padded, size(before)));
                                 },
                          [&](const StepOf<Pool>& s) { return covered(needed, s.layer.size, s.layer.stride); },
                          [&](const StepOf<Activation>&) { return needed; },
                          [&](const StepOf<Dropout>&) { return needed; }, [&](const auto&) { return all; }},
        step);
}

bool needsInputGradient(const Step& step) {
    return std::visit(
        Overloaded{[](const SoftmaxLoss&) { return true; }, [](const auto& s) { return s.needsInputGradient; }}, step);
}

std::unique_ptr<CpuStep> make(const Step& step, Edge& in, Edge* out, const Environment& environment) {
    using Result = std::unique_ptr<CpuStep>;
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
            [&](const StepOf<Flatten>&) -> Result { return std::make_unique<FlattenStep>(in, *out, environment); },
            [&](const SoftmaxLoss& s) -> Result { return std::make_unique<SoftmaxLossStep>(s, in, environment); }},
        step);
}

/// Layouts of all edges; edge i is read by stage i.
void layOut(std::deque<Edge>& edges, const std::vector<Stage>& stages, Shape input, std::size_t lanes) {
    Shape shape = input;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Layout layout;
        layout.shape = shape;
        const bool padded = i > 0 || needsPaddedChannels(stages[i].step);
        layout.channelStride = padded ? roundUp(size(shape.channels), lanes) : size(shape.channels);
        layout.border = borderFor(stages[i].step);
        layout.slack = padded ? 0 : lanes;
        if (layout.size() > std::numeric_limits<std::int32_t>::max())
            throw Error({"Cannot train on the CPU", "a tensor of " + toFullString(shape),
                std::to_string(layout.size()) + " values with their padding",
                "at most " + std::to_string(std::numeric_limits<std::int32_t>::max()), "Use a smaller network."});
        edges.emplace_back().layout = layout;
        shape = resultShape(stages[i].step, shape);
    }
    for (std::size_t i = stages.size(); i-- > 0;) {
        Layout& layout = edges[i].layout;
        const Layout& result = edges[std::min(i + 1, stages.size() - 1)].layout;
        layout.neededRows = neededOfInput(stages[i].step, result.neededRows, size(layout.shape.height));
        layout.neededColumns = neededOfInput(stages[i].step, result.neededColumns, size(layout.shape.width));
    }
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
    layOut(network->edges, stages, plan.network.input, kernels.lanes);
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Edge& edge = network->edges[i];
        edge.hasGradients = i > 0 && needsInputGradient(stages[i].step);
        edge.keepsBatch = (i > 0 && !isPerImage(stages[i - 1].step)) || !isPerImage(stages[i].step);
        edge.groups = groups;
        edge.values = AlignedBuffer<float>((edge.keepsBatch ? capacity : groups.slots()) * edge.layout.size());
        if (edge.hasGradients)
            edge.gradients =
                AlignedBuffer<float>((edge.keepsBatch ? capacity : size(groups.threads)) * edge.layout.size());
    }

    Arenas& arenas = network->arenas;
    arenas.place.resize(plan.parameterCount);
    const Environment environment{kernels, capacity, groups, spec.seed, arenas};
    for (std::size_t i = 0; i < stages.size(); ++i) {
        Edge* out = i + 1 < stages.size() ? &network->edges[i + 1] : nullptr;
        network->steps.push_back(make(stages[i].step, network->edges[i], out, environment));
        network->steps.back()->planStep = stages[i].planStep;
    }
    network->segments = segmentsOf(network->steps);
    network->loss = static_cast<SoftmaxLossStep*>(network->steps.back().get());

    arenas.allocate(momentsPerParameter(spec.optimizer.kind), plan.stateCount);
    return network;
}

} // namespace kernelscope::cpu
