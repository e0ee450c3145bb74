// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/batch_norm.h"

#include <cmath>
#include <limits>

namespace kernelscope {

Shape outputShape(const BatchNorm& layer, Shape in) {
    checkRange("batch norm", "momentum", layer.momentum, 0.0f, std::nextafter(1.0f, 0.0f), "0 or more, below 1");
    checkRange("batch norm", "epsilon", layer.epsilon, std::numeric_limits<float>::min(), 1.0f, "above 0, at most 1");
    return in;
}

std::vector<ParameterShape> parameterShapes(const BatchNorm&, Shape in) {
    return {{"weight", {in.channels}, Initializer::One, 0, 0}, {"bias", {in.channels}, Initializer::Zero, 0, 0}};
}

std::vector<ParameterShape> stateShapes(const BatchNorm&, Shape in) {
    return {{"running_mean", {in.channels}, Initializer::Zero, 0, 0},
        {"running_var", {in.channels}, Initializer::One, 0, 0}};
}

std::int64_t multiplyAdds(const BatchNorm&, Shape) {
    return 0;
}

} // namespace kernelscope
