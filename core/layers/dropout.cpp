// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/dropout.h"

#include <cmath>

namespace kernelscope {

Shape outputShape(const Dropout& layer, Shape in) {
    // The greatest float below 1.
    checkRange("dropout", "rate", layer.rate, 0.0f, std::nextafter(1.0f, 0.0f), "0 or more, below 1");
    return in;
}

std::vector<ParameterShape> parameterShapes(const Dropout&, Shape) {
    return {};
}

std::int64_t multiplyAdds(const Dropout&, Shape) {
    return 0;
}

} // namespace kernelscope
