// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/dense.h"

namespace kernelscope {

Shape outputShape(const Dense& layer, Shape in) {
    checkRange("dense", "units", layer.units, 1, 65536);
    if (!in.isFlat())
        throw LayerError({"Cannot feed the dense layer", "", "an input of " + toString(in),
            "a flat vector, " + std::to_string(in.size()), "Put a flatten layer before it."});
    return {layer.units, 1, 1};
}

std::vector<ParameterShape> parameterShapes(const Dense& layer, Shape in) {
    const int inputs = static_cast<int>(in.size());
    return {{"weight", {layer.units, inputs}, Initializer::GlorotUniform, inputs, layer.units},
        {"bias", {layer.units}, Initializer::Zero, 0, 0}};
}

std::int64_t multiplyAdds(const Dense& layer, Shape in) {
    return static_cast<std::int64_t>(in.size()) * layer.units;
}

} // namespace kernelscope
