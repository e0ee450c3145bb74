// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What every layer tells of itself before anything trains.
///
/// A layer is a plain struct with these free functions beside it, found by overload:
///
///     Shape outputShape(const L&, Shape in);                              // throws LayerError
///     std::vector<ParameterShape> parameterShapes(const L&, Shape in);    // empty where nothing is learnt
///     std::int64_t multiplyAdds(const L&, Shape in);                      // of one image's forward pass
#pragma once

#include "base/error.h"
#include "network/shape.h"

#include <cstdint>
#include <vector>

namespace kernelscope {

/// How a parameter gets its first values.
enum class Initializer {
    Zero,          ///< All zeros, as for a bias.
    One,           ///< All ones, as for what multiplies.
    GlorotUniform, ///< Uniform in +-sqrt(6 / (fanIn + fanOut)), as in Keras (Glorot and Bengio, 2010).
};

/// One learnt array of a layer, before it has a place in the parameter arena.
struct ParameterShape {
    std::string role;            ///< "weight" or "bias"; of state "running_mean" or "running_var".
    std::vector<int> dimensions; ///< {out, in, height, width} for a convolution, {out, in} for dense, {out} for a bias.
    Initializer initializer = Initializer::Zero;
    int fanIn = 0;  ///< Values that one output is computed from.
    int fanOut = 0; ///< Outputs that one input contributes to.
};

/// Thrown by outputShape(); compile() adds the layer's name to it.
class LayerError : public Error {
public:
    using Error::Error;
};

/// Refuses a layer's field that is out of range: "expected 1 to 4096".
/// @param layer the layer's kind, for the message; @param field the field's name as in the JSON.
void checkRange(const char* layer, const char* field, int value, int least, int most);

/// The same for a number. @param expected in words, where the ends say it badly: "below 1 (0 to 0.99999994)"; empty: "0
/// to 1".
void checkRange(const char* layer, const char* field, float value, float least, float most, std::string expected = {});

/// Positions of a window of `window` values that moves by `stride` over `size` values with `padding` more at each end.
/// Throws LayerError, naming both shapes, when the window does not fit once.
int windowPositions(const char* layer, const char* what, Shape in, int size, int window, int stride, int padding);

} // namespace kernelscope
