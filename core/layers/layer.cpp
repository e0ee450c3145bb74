// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/layer.h"

#include "base/overloaded.h"

namespace kernelscope {
namespace {

std::string square(int side) {
    return std::to_string(side) + "x" + std::to_string(side);
}

} // namespace

const char* kindName(const Layer& layer) {
    return std::visit(Overloaded{[](const Conv&) { return "conv"; }, [](const Pool&) { return "pool"; },
                          [](const Dense&) { return "dense"; }, [](const Activation&) { return "activation"; },
                          [](const Flatten&) { return "flatten"; }},
        layer);
}

const char* nameStem(const Layer& layer) {
    if (const auto* activation = std::get_if<Activation>(&layer))
        return activation->kind == ActivationKind::Relu ? "relu" : "tanh";
    return kindName(layer);
}

std::string describe(const Layer& layer) {
    return std::visit(
        Overloaded{[](const Conv& l) {
                       std::string s = "conv " + square(l.kernel) + ", " + std::to_string(l.filters) + " filters";
                       if (l.stride != 1)
                           s += ", stride " + std::to_string(l.stride);
                       if (l.padding != 0)
                           s += ", padding " + std::to_string(l.padding);
                       return s;
                   },
            [](const Pool& l) {
                std::string s = (l.kind == PoolKind::Max ? "max-pool " : "average-pool ") + square(l.size);
                if (l.stride != l.size)
                    s += ", stride " + std::to_string(l.stride);
                return s;
            },
            [](const Dense& l) { return "dense " + std::to_string(l.units); },
            [](const Activation& l) { return std::string(l.kind == ActivationKind::Relu ? "ReLU" : "tanh"); },
            [](const Flatten&) { return std::string("flatten"); }},
        layer);
}

Shape outputShape(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return outputShape(l, in); }, layer);
}

std::vector<ParameterShape> parameterShapes(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return parameterShapes(l, in); }, layer);
}

std::int64_t multiplyAdds(const Layer& layer, Shape in) {
    return std::visit([in](const auto& l) { return multiplyAdds(l, in); }, layer);
}

} // namespace kernelscope
