// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Max and average pooling: each window of a channel becomes one value.
#pragma once

#include "reference/views.h"

#include <algorithm>

namespace kernelscope::reference {

/// Where in a window the greatest value stands; of equals the first in row order.
struct WindowMaximum {
    int row = 0;
    int column = 0;
};

/// The greatest value of the window whose output is (channel, y, x).
template <class T>
WindowMaximum windowMaximum(const Pool& pool, const ImageView<const T>& input, int channel, int y, int x) {
    WindowMaximum best{y * pool.stride, x * pool.stride};
    for (int i = 0; i < pool.size; ++i)
        for (int j = 0; j < pool.size; ++j) {
            const int row = y * pool.stride + i;
            const int column = x * pool.stride + j;
            if (input(channel, row, column) > input(channel, best.row, best.column))
                best = {row, column};
        }
    return best;
}

/// Maximum: output[c][y][x] = max over i, j < size of input[c][y*stride + i][x*stride + j]. Average: the mean of them.
template <class T>
void forward(const StepOf<Pool>& step, const Forward<T>& pass) {
    const Pool& pool = step.layer;
    const ImageView input(pass.input, step.in);    // channels x height x width
    const ImageView output(pass.output, step.out); // the same channels

    for (int channel = 0; channel < step.out.channels; ++channel)
        for (int y = 0; y < step.out.height; ++y)
            for (int x = 0; x < step.out.width; ++x) {
                if (pool.kind == PoolKind::Max) {
                    const WindowMaximum best = windowMaximum(pool, input, channel, y, x);
                    output(channel, y, x) = input(channel, best.row, best.column);
                } else {
                    T sum{0};
                    for (int i = 0; i < pool.size; ++i)
                        for (int j = 0; j < pool.size; ++j)
                            sum += input(channel, y * pool.stride + i, x * pool.stride + j);
                    output(channel, y, x) = sum / static_cast<T>(pool.size * pool.size);
                }
            }
}

/// Maximum: the gradient goes to the greatest value alone. Average: every value of the window gets an equal share.
template <class T>
void backward(const StepOf<Pool>& step, const Backward<T>& pass) {
    if (pass.inputGradient.empty())
        return;
    const Pool& pool = step.layer;
    const ImageView input(pass.input, step.in);
    const ImageView outputGradient(pass.outputGradient, step.out);
    const ImageView inputGradient(pass.inputGradient, step.in);
    // Windows may overlap, or leave values out that nobody reads.
    std::fill(pass.inputGradient.begin(), pass.inputGradient.end(), T{0});

    for (int channel = 0; channel < step.out.channels; ++channel)
        for (int y = 0; y < step.out.height; ++y)
            for (int x = 0; x < step.out.width; ++x) {
                const T gradient = outputGradient(channel, y, x);
                if (pool.kind == PoolKind::Max) {
                    const WindowMaximum best = windowMaximum(pool, input, channel, y, x);
                    inputGradient(channel, best.row, best.column) += gradient;
                } else {
                    const T share = gradient / static_cast<T>(pool.size * pool.size);
                    for (int i = 0; i < pool.size; ++i)
                        for (int j = 0; j < pool.size; ++j)
                            inputGradient(channel, y * pool.stride + i, x * pool.stride + j) += share;
                }
            }
}

} // namespace kernelscope::reference
