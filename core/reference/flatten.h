// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Flatten: the same values in the same order, read as one vector.
#pragma once

#include "reference/views.h"

#include <algorithm>

namespace kernelscope::reference {

/// output = input.
template <class T>
void forward(const StepOf<Flatten>&, const Forward<T>& pass) {
    std::copy(pass.input.begin(), pass.input.end(), pass.output.begin());
}

/// inputGradient = outputGradient.
template <class T>
void backward(const StepOf<Flatten>&, const Backward<T>& pass) {
    if (!pass.inputGradient.empty())
        std::copy(pass.outputGradient.begin(), pass.outputGradient.end(), pass.inputGradient.begin());
}

} // namespace kernelscope::reference
