// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Dropout, while training: some values become 0, the others grow, so that their mean stays. When a network is used,
/// the layer does nothing.
#pragma once

#include "reference/views.h"

namespace kernelscope::reference {

/// output[i] = input[i] / (1 - rate) where the mask keeps it, else 0. See layers/dropout.h for the mask.
template <class T>
void dropout(const Dropout& layer, const DropoutKey& mask, std::span<const T> input, std::span<T> output) {
    for (std::size_t i = 0; i < input.size(); ++i)
        output[i] =
            isKept(dropoutWord(mask, i), layer.rate) ? input[i] * static_cast<T>(dropoutScale(layer.rate)) : T{0};
}

} // namespace kernelscope::reference
