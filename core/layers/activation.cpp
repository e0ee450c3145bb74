// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/activation.h"

namespace kernelscope {

Shape outputShape(const Activation& layer, Shape in) {
    if (layer.kind == ActivationKind::LeakyRelu)
        checkRange("leaky ReLU", "slope", layer.slope, 0.0f, 1.0f);
    return in;
}

std::vector<ParameterShape> parameterShapes(const Activation&, Shape) {
    return {};
}

std::int64_t multiplyAdds(const Activation&, Shape) {
    return 0;
}

} // namespace kernelscope
