// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/conv.h"

namespace kernelscope {

Shape outputShape(const Conv& layer, Shape in) {
    checkRange("conv", "filters", layer.filters, 1, 4096);
    checkRange("conv", "kernel", layer.kernel, 1, 63);
    checkRange("conv", "stride", layer.stride, 1, 63);
    if (layer.padding.isSame()) {
        const auto positions = [&](int size) { return (size + layer.stride - 1) / layer.stride; };
        return {layer.filters, positions(in.height), positions(in.width)};
    }
    const int zeros = layer.padding.zeros();
    checkRange("conv", "padding", zeros, 0, 62);
    // A window that may lie wholly in the padding would give outputs that see nothing but zeros.
    if (zeros >= layer.kernel)
        throw LayerError({"Cannot use the conv layer's field", "padding", std::to_string(zeros),
            "less than the kernel, " + std::to_string(layer.kernel), ""});
    return {layer.filters, windowPositions("conv", "kernel", in, in.height, layer.kernel, layer.stride, zeros),
        windowPositions("conv", "kernel", in, in.width, layer.kernel, layer.stride, zeros)};
}

std::vector<ParameterShape> parameterShapes(const Conv& layer, Shape in) {
    const int area = layer.kernel * layer.kernel;
    return {{"weight", {layer.filters, in.channels, layer.kernel, layer.kernel}, Initializer::GlorotUniform,
                in.channels * area, layer.filters * area},
        {"bias", {layer.filters}, Initializer::Zero, 0, 0}};
}

std::int64_t multiplyAdds(const Conv& layer, Shape in) {
    return static_cast<std::int64_t>(outputShape(layer, in).size()) * in.channels * layer.kernel * layer.kernel;
}

} // namespace kernelscope
