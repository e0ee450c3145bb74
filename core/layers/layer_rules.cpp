// SPDX-License-Identifier: GPL-3.0-or-later
#include "layers/layer_rules.h"

#include <charconv>

namespace kernelscope {

void checkRange(const char* layer, const char* field, int value, int least, int most) {
    if (value >= least && value <= most)
        return;
    throw LayerError({std::string("Cannot use the ") + layer + " layer's field", field, std::to_string(value),
        std::to_string(least) + " to " + std::to_string(most), ""});
}

void checkRange(const char* layer, const char* field, float value, float least, float most, std::string expected) {
    if (value >= least && value <= most)
        return;
    const auto text = [](float number) { // with as many digits as tell it from every other
        char digits[32];
        return std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    };
    // In figures, too: what was written as 0.99999999 is the float 1.
    const std::string range = text(least) + " to " + text(most);
    expected = expected.empty() ? range : expected + " (" + range + ")";
    throw LayerError({std::string("Cannot use the ") + layer + " layer's field", field, text(value), expected, ""});
}

int windowPositions(const char* layer, const char* what, Shape in, int size, int window, int stride, int padding) {
    const int room = size + 2 * padding - window;
    if (room >= 0)
        return room / stride + 1;
    const std::string side = std::to_string(window);
    std::string padded = toFullString(in);
    if (padding > 0)
        padded += " with " + std::to_string(padding) + " zeros added on each side";
    throw LayerError({std::string("Cannot fit the ") + layer + " layer's " + what, side + "x" + side,
        "an input of " + padded, "one of at least " + side + "x" + side,
        std::string("Use a smaller ") + what + ", more padding, or fewer layers that shrink the image before it."});
}

} // namespace kernelscope
