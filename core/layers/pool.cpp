// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/pool.h"

namespace kernelscope {

Shape outputShape(const Pool& layer, Shape in) {
    checkRange("pool", "size", layer.size, 1, 63);
    checkRange("pool", "stride", layer.stride, 1, 63);
    return {in.channels, windowPositions("pool", "window", in, in.height, layer.size, layer.stride, 0),
        windowPositions("pool", "window", in, in.width, layer.size, layer.stride, 0)};
}

std::vector<ParameterShape> parameterShapes(const Pool&, Shape) {
    return {};
}

std::int64_t multiplyAdds(const Pool&, Shape) {
    return 0;
}

} // namespace kernelscope
