// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_outline.h"

namespace kernelscope {
namespace {

bool isPossibleInput(const Shape& in) {
    const auto inRange = [](int value) { return value >= 1 && value <= 4096; };
    return inRange(in.channels) && inRange(in.height) && inRange(in.width) &&
           static_cast<std::int64_t>(in.size()) <= maximumValues();
}

bool isTooLarge(const std::vector<ParameterShape>& arrays) {
    for (const ParameterShape& array : arrays) {
        std::int64_t size = 1;
        for (const int dimension : array.dimensions) {
            size *= dimension;
            if (size > maximumValues())
                return true;
        }
    }
    return false;
}

/// What a layer gives, or nothing where it does not fit.
std::optional<Shape> outputOf(const Layer& layer, Shape in) {
    try {
        const Shape out = outputShape(layer, in);
        if (static_cast<std::int64_t>(out.size()) > maximumValues() || isTooLarge(parameterShapes(layer, in)))
            return std::nullopt;
        return out;
    } catch (const LayerError&) {
        return std::nullopt;
    }
}

/// The plan's figures of the first layers, which fit: closed by an output so that they compile.
std::vector<LayerInfo> describeFirst(const Network& network, std::size_t count) {
    Network part{
        network.name, network.input, {network.layers.begin(), network.layers.begin() + static_cast<int>(count)}};
    part.layers.insert(part.layers.end(), {Flatten{}, Dense{2}});
    try {
        Plan plan = compile(part, Fusion::Off);
        plan.layers.resize(count);
        return std::move(plan.layers);
    } catch (const Error&) {
        return {}; // the last output is too large to be read by anything
    }
}

} // namespace

NetworkOutline outlineOf(const Network& network) {
    NetworkOutline outline;
    try {
        outline.layers = compile(network, Fusion::Off).layers;
    } catch (const Error& error) {
        NetworkProblem problem{std::nullopt, error.what()};
        const std::size_t count = network.layers.size();
        if (isPossibleInput(network.input) && count > 0) {
            const std::size_t fitting = shapesOf(network).size() - 1;
            outline.layers = describeFirst(network, fitting);
            const std::size_t wrong = fittingLayers(network);
            if (wrong < count)
                problem.layer = wrong;
        }
        outline.problem = std::move(problem);
    }
    return outline;
}

std::vector<Shape> shapesOf(const Network& network) {
    std::vector<Shape> shapes{network.input};
    if (!isPossibleInput(network.input))
        return shapes;
    for (const Layer& layer : network.layers) {
        const std::optional<Shape> out = outputOf(layer, shapes.back());
        if (!out)
            break;
        shapes.push_back(*out);
    }
    return shapes;
}

std::size_t fittingLayers(const Network& network) {
    const std::vector<Shape> shapes = shapesOf(network);
    const std::size_t fitting = shapes.size() - 1;
    const bool canEnd = shapes.back().isFlat() && shapes.back().channels >= 2;
    return fitting > 0 && fitting == network.layers.size() && !canEnd ? fitting - 1 : fitting;
}

} // namespace kernelscope
