// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Convolution: a window slides over the image, and its products with the kernel are summed into one value.
#pragma once

#include "reference/views.h"

#include <algorithm>

namespace kernelscope::reference {

/// output[o][y][x] = bias[o] + sum over c, i, j of weight[o][c][i][j] * input[c][y*stride + i - top][x*stride + j -
/// left], where input is zero outside the image, and top and left are the zeros of its padding.
template <class T>
void forward(const StepOf<Conv>& step, const Forward<T>& pass) {
    const Conv& conv = step.layer;
    const ImageView input(pass.input, step.in);    // channels x height x width
    const ImageView output(pass.output, step.out); // filters x height x width
    const KernelView weights(part(pass.parameters, step.weights), step.in.channels, conv.kernel);
    const std::span<const T> bias = part(pass.parameters, step.bias); // filters
    const int top = zerosAlong(conv, step.in.height).before;
    const int left = zerosAlong(conv, step.in.width).before;

    for (int filter = 0; filter < conv.filters; ++filter)
        for (int y = 0; y < step.out.height; ++y)
            for (int x = 0; x < step.out.width; ++x) {
                T sum = bias[static_cast<std::size_t>(filter)];
                for (int channel = 0; channel < step.in.channels; ++channel)
                    for (int i = 0; i < conv.kernel; ++i) {
                        const int row = y * conv.stride + i - top;
                        if (row < 0 || row >= step.in.height)
                            continue; // padding: a product with zero
                        for (int j = 0; j < conv.kernel; ++j) {
                            const int column = x * conv.stride + j - left;
                            if (column >= 0 && column < step.in.width)
                                sum += weights(filter, channel, i, j) * input(channel, row, column);
                        }
                    }
                output(filter, y, x) = sum;
            }
}

/// Each product of the forward pass hands the gradient of its sum on, times the other factor: to the weight times the
/// input, to the input times the weight.
template <class T>
void backward(const StepOf<Conv>& step, const Backward<T>& pass) {
    const Conv& conv = step.layer;
    const ImageView input(pass.input, step.in);
    const ImageView outputGradient(pass.outputGradient, step.out);
    const KernelView weights(part(pass.parameters, step.weights), step.in.channels, conv.kernel);
    const KernelView weightGradients(part(pass.parameterGradients, step.weights), step.in.channels, conv.kernel);
    const std::span<T> biasGradients = part(pass.parameterGradients, step.bias);
    const bool wantsInputGradient = !pass.inputGradient.empty();
    const ImageView inputGradient(pass.inputGradient, wantsInputGradient ? step.in : Shape{0, 0, 0});
    std::fill(pass.inputGradient.begin(), pass.inputGradient.end(), T{0});
    const int top = zerosAlong(conv, step.in.height).before;
    const int left = zerosAlong(conv, step.in.width).before;

    for (int filter = 0; filter < conv.filters; ++filter)
        for (int y = 0; y < step.out.height; ++y)
            for (int x = 0; x < step.out.width; ++x) {
                const T gradient = outputGradient(filter, y, x);
                biasGradients[static_cast<std::size_t>(filter)] += gradient;
                for (int channel = 0; channel < step.in.channels; ++channel)
                    for (int i = 0; i < conv.kernel; ++i) {
                        const int row = y * conv.stride + i - top;
                        if (row < 0 || row >= step.in.height)
                            continue;
                        for (int j = 0; j < conv.kernel; ++j) {
                            const int column = x * conv.stride + j - left;
                            if (column < 0 || column >= step.in.width)
                                continue;
                            weightGradients(filter, channel, i, j) += gradient * input(channel, row, column);
                            if (wantsInputGradient)
                                inputGradient(channel, row, column) += gradient * weights(filter, channel, i, j);
                        }
                    }
            }
}

} // namespace kernelscope::reference
