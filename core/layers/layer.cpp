// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/layer.h"

#include "base/overloaded.h"

#include <cstdio>

namespace kernelscope {
namespace {

std::string square(int side) {
    return std::to_string(side) + "x" + std::to_string(side);
}

/// "0.1": as short as the value allows.
std::string number(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", static_cast<double>(value));
    return text;
}

std::string describeFunction(const Activation& activation) {
    switch (activation.kind) {
    case ActivationKind::Relu:
        return "ReLU";
    case ActivationKind::Tanh:
        break;
    case ActivationKind::LeakyRelu:
        return "leaky ReLU " + number(activation.slope);
    case ActivationKind::Sigmoid:
        return "sigmoid";
    }
    return "tanh";
}

} // namespace

const char* kindName(const Layer& layer) {
    return std::visit(Overloaded{[](const Conv&) { return "conv"; }, [](const Pool&) { return "pool"; },
                          [](const Dense&) { return "dense"; }, [](const Activation&) { return "activation"; },
                          [](const Dropout&) { return "dropout"; }, [](const BatchNorm&) { return "batchnorm"; },
                          [](const Flatten&) { return "flatten"; }},
        layer);
}

const char* nameStem(const Layer& layer) {
    if (const auto* activation = std::get_if<Activation>(&layer))
        switch (activation->kind) {
        case ActivationKind::Relu:
            return "relu";
        case ActivationKind::Tanh:
            return "tanh";
        case ActivationKind::LeakyRelu:
            return "leakyrelu";
        case ActivationKind::Sigmoid:
            return "sigmoid";
        }
    return kindName(layer);
}

std::string describe(const Layer& layer) {
    return std::visit(
        Overloaded{[](const Conv& l) {
                       std::string s = "conv " + square(l.kernel) + ", " + std::to_string(l.filters) + " filters";
                       if (l.stride != 1)
                           s += ", stride " + std::to_string(l.stride);
                       if (l.padding.isSame())
                           s += ", same padding";
                       else if (l.padding.zeros() != 0)
                           s += ", padding " + std::to_string(l.padding.zeros());
                       return s;
                   },
            [](const Pool& l) {
                std::string s = (l.kind == PoolKind::Max ? "max-pool " : "average-pool ") + square(l.size);
                if (l.stride != l.size)
                    s += ", stride " + std::to_string(l.stride);
                return s;
            },
            [](const Dense& l) { return "dense " + std::to_string(l.units); },
            [](const Activation& l) { return describeFunction(l); },
            [](const Dropout& l) { return "dropout " + number(l.rate); },
            [](const BatchNorm&) { return std::string("batch norm"); },
            [](const Flatten&) { return std::string("flatten"); }},
        layer);
}

Shape outputShape(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return outputShape(l, in); }, layer);
}

std::vector<ParameterShape> parameterShapes(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return parameterShapes(l, in); }, layer);
}

std::vector<ParameterShape> stateShapes(const Layer& layer, Shape in) {
    const auto* norm = std::get_if<BatchNorm>(&layer);
    return norm ? stateShapes(*norm, in) : std::vector<ParameterShape>();
}

std::int64_t multiplyAdds(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return multiplyAdds(l, in); }, layer);
}

} // namespace kernelscope
