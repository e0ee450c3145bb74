// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/plan.h"

#include "base/overloaded.h"

#include <cassert>

namespace kernelscope {
namespace {

/// Refuses a tensor that is larger than anything sensible, before sizes are multiplied any further.
void checkSize(const std::string& name, std::int64_t values) {
    if (values > maximumValues())
        throw LayerError({"Cannot use the layer", name, std::to_string(values) + " values in one tensor",
            "at most " + std::to_string(maximumValues()), "Use fewer filters or units, or a smaller image."});
}

/// The shape after one layer, with the layer's name in whatever error its rule throws.
Shape checkedOutput(const Layer& layer, const std::string& name, const std::string& before, Shape in) {
    try {
        return outputShape(layer, in);
    } catch (const LayerError& error) {
        ErrorParts parts = error.parts();
        const std::string fits =
            before.empty() ? "input of " + toFullString(in) : toFullString(in) + " output of " + before;
        parts.doing = "Layer " + name + " (" + describe(layer) + ") does not fit the " + fits + ". " + parts.doing;
        throw LayerError(parts);
    }
}

/// Layer by layer: shapes, parameters and counts.
void describeLayers(Plan& plan) {
    const Network& network = plan.network;
    const std::vector<std::string> names = layerNames(network);
    Shape shape = network.input;
    bool learntBefore = false; // whether a data gradient is wanted below this layer
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const Layer& layer = network.layers[i];
        LayerInfo info{names[i], shape, checkedOutput(layer, names[i], i ? names[i - 1] : "", shape), 0, {}, 0, 0, 0};
        checkSize(names[i], static_cast<std::int64_t>(info.out.size()));
        const auto place = [&](std::vector<ParameterShape> shapes, std::vector<ParameterInfo>& list,
                               std::size_t& total) {
            const std::size_t before = total;
            for (ParameterShape& array : shapes) {
                std::int64_t size = 1;
                for (int dimension : array.dimensions) {
                    size *= dimension;
                    checkSize(names[i], size);
                }
                const Slice slice{total, static_cast<std::size_t>(size)};
                total += slice.size;
                list.push_back({names[i] + "." + array.role, static_cast<int>(i), std::move(array), slice});
            }
            return static_cast<std::int64_t>(total - before);
        };
        info.parameters = place(parameterShapes(layer, shape), plan.parameters, plan.parameterCount);
        info.states = place(stateShapes(layer, shape), plan.states, plan.stateCount);
        const std::int64_t dense = 2 * multiplyAdds(layer, shape);
        info.flops = {dense, learntBefore ? 2 * dense : dense};
        info.parameterBytes = 4 * info.parameters;
        info.activationBytes = 4 * static_cast<std::int64_t>(info.out.size());
        plan.flops.forward += info.flops.forward;
        plan.flops.backward += info.flops.backward;
        learntBefore = learntBefore || info.parameters > 0;
        shape = info.out;
        plan.layers.push_back(std::move(info));
    }
}

/// Turns the described layers into steps, one after the other.
class StepBuilder {
public:
    StepBuilder(Plan& plan, Fusion fusion) : m_plan(plan), m_fuse(fusion == Fusion::On) {}

    void build() {
        while (m_next < m_plan.network.layers.size())
            std::visit([this](const auto& layer) { add(layer); }, m_plan.network.layers[m_next]);
        m_plan.steps.push_back(SoftmaxLoss{m_plan.classes});
    }

private:
    template <class L>
    StepOf<L> begin(const L& layer) {
        const LayerInfo& info = m_plan.layers[m_next];
        StepOf<L> step{layer, static_cast<int>(m_next), 1, info.in, info.out, info.out, {}, {}, {}, {}, m_learntBefore};
        for (const ParameterInfo& parameter : m_plan.parameters)
            if (parameter.layer == static_cast<int>(m_next))
                (parameter.shape.role == "bias" ? step.bias : step.weights) = parameter.slice;
        for (const ParameterInfo& state : m_plan.states)
            if (state.layer == static_cast<int>(m_next)) {
                // A layer's state arrays follow each other: the slice spans them all.
                step.state.offset = step.state.size == 0 ? state.slice.offset : step.state.offset;
                step.state.size += state.slice.size;
            }
        m_learntBefore = m_learntBefore || info.parameters > 0;
        ++m_next;
        return step;
    }

    /// Takes the next layer into the step's epilogue if it is of that kind.
    template <class E, class L>
    const E* absorb(StepOf<L>& step) {
        if (!m_fuse || m_next >= m_plan.network.layers.size())
            return nullptr;
        const E* next = std::get_if<E>(&m_plan.network.layers[m_next]);
        if (const auto* pool = std::get_if<Pool>(&m_plan.network.layers[m_next]); pool && pool->kind != PoolKind::Max)
            return nullptr;
        if (next) {
            step.result = m_plan.layers[m_next].out;
            ++step.layerCount;
            ++m_next;
        }
        return next;
    }

    void add(const Conv& layer) {
        StepOf<Conv> step = begin(layer);
        if (const Activation* activation = absorb<Activation>(step))
            step.epilogue.activation = *activation;
        if (const Pool* pool = absorb<Pool>(step))
            step.epilogue.pool = *pool;
        m_plan.steps.emplace_back(step);
    }

    void add(const Dense& layer) {
        StepOf<Dense> step = begin(layer);
        if (const Activation* activation = absorb<Activation>(step))
            step.epilogue.activation = *activation;
        m_plan.steps.emplace_back(step);
    }

    void add(const BatchNorm& layer) {
        StepOf<BatchNorm> step = begin(layer);
        if (const Activation* activation = absorb<Activation>(step))
            step.epilogue.activation = *activation;
        m_plan.steps.emplace_back(step);
    }

    void add(const Flatten& layer) {
        // The values stay where they are: a fused plan has nothing to do for it.
        const StepOf<Flatten> step = begin(layer);
        if (!m_fuse)
            m_plan.steps.emplace_back(step);
    }

    template <class L>
    void add(const L& layer) {
        m_plan.steps.emplace_back(begin(layer));
    }

    Plan& m_plan;
    bool m_fuse;
    std::size_t m_next = 0;
    bool m_learntBefore = false;
};

} // namespace

Plan compile(const Network& network, Fusion fusion) {
    const Shape in = network.input;
    if (in.channels < 1 || in.height < 1 || in.width < 1 || in.channels > 4096 || in.height > 4096 || in.width > 4096)
        throw Error({"Cannot use the network's input", network.name,
            std::to_string(in.channels) + " x " + std::to_string(in.height) + " x " + std::to_string(in.width),
            "channels, height and width from 1 to 4096", ""});
    checkSize("input", static_cast<std::int64_t>(in.size()));
    if (network.layers.empty())
        throw Error({"Cannot train the network", network.name, "no layers", "at least a dense layer", ""});
    Plan plan;
    plan.network = network;
    describeLayers(plan);
    const Shape out = plan.layers.back().out;
    if (!out.isFlat() || out.channels < 2)
        throw LayerError(
            {"Cannot end the network in the layer", plan.layers.back().name, "an output of " + toString(out),
                "a flat vector with one value for each of at least 2 classes", "End it with flatten and dense."});
    plan.classes = out.channels;
    if (plan.parameterCount == 0)
        throw Error(
            {"Cannot train the network", network.name, "no layer that learns", "at least one conv or dense layer", ""});
    StepBuilder(plan, fusion).build();
    return plan;
}

} // namespace kernelscope
