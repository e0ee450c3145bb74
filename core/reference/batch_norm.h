// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Batch normalisation: each channel is shifted and scaled to mean 0 and variance 1, then to a mean (bias) and spread
/// (weight) of its own, which are learnt.
///
/// The only layer whose result for an image depends on the others of its batch. Here `input` and so on hold any number
/// of images, one behind the other.
#pragma once

#include "reference/views.h"

#include <cmath>
#include <vector>

namespace kernelscope::reference {

/// What a batch norm normalises with: one mean and one (biased) variance for each channel.
template <class T>
struct Statistics {
    std::vector<T> mean;
    std::vector<T> variance;
};

/// Calls use(channel, index) for every value of some images.
template <class Function>
void forEachValue(Shape shape, std::size_t values, Function use) {
    const auto area = static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
    for (std::size_t i = 0; i < values; ++i)
        use(i / area % static_cast<std::size_t>(shape.channels), i);
}

/// Over all images and positions: mean[c] = sum / count, variance[c] = sum of (value - mean[c])^2 / count. Summed in
/// double.
template <class T>
Statistics<T> statisticsOf(Shape shape, std::span<const T> input) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto count = static_cast<double>(input.size() / channels);
    std::vector<double> mean(channels);
    std::vector<double> variance(channels);
    forEachValue(shape, input.size(), [&](std::size_t c, std::size_t i) { mean[c] += static_cast<double>(input[i]); });
    for (double& value : mean)
        value /= count;
    forEachValue(shape, input.size(), [&](std::size_t c, std::size_t i) {
        const double apart = static_cast<double>(input[i]) - mean[c];
        variance[c] += apart * apart;
    });
    for (double& value : variance)
        value /= count;
    return {{mean.begin(), mean.end()}, {variance.begin(), variance.end()}};
}

/// What a training step makes of the running statistics: part of the old, part of the batch's; the variance unbiased,
/// times count / (count - 1). @param count values of a channel in the batch, at least 2.
/// @param running means, then variances.
template <class T>
void updateRunning(const BatchNorm& norm, const Statistics<T>& batch, double count, std::span<T> running) {
    const std::size_t channels = batch.mean.size();
    const double stays = static_cast<double>(norm.momentum);
    const auto move = [&](T& value, double to) {
        value = static_cast<T>(stays * static_cast<double>(value) + (1 - stays) * to);
    };
    for (std::size_t c = 0; c < channels; ++c) {
        move(running[c], static_cast<double>(batch.mean[c]));
        move(running[channels + c], static_cast<double>(batch.variance[c]) * count / (count - 1));
    }
}

/// output = weight[c] * (input - mean[c]) / sqrt(variance[c] + epsilon) + bias[c].
template <class T>
void forward(const StepOf<BatchNorm>& step, const Statistics<T>& statistics, const Forward<T>& pass) {
    const std::span<const T> weight = part(pass.parameters, step.weights);
    const std::span<const T> bias = part(pass.parameters, step.bias);
    forEachValue(step.in, pass.input.size(), [&](std::size_t c, std::size_t i) {
        const T deviation = std::sqrt(statistics.variance[c] + static_cast<T>(step.layer.epsilon));
        pass.output[i] = weight[c] * (pass.input[i] - statistics.mean[c]) / deviation + bias[c];
    });
}

/// With normal = (input - mean) / deviation: the bias gets the sum of the output's gradients, the weight the sum of
/// them times normal. A value moves its own output, and through mean and variance all others of its channel:
///
///     inputGradient = weight / deviation * (outputGradient - biasGradient / count - normal * weightGradient / count)
///
/// @param fromBatch whether the statistics are of these values; running ones are constants: then the first term is all.
template <class T>
void backward(const StepOf<BatchNorm>& step, const Statistics<T>& statistics, bool fromBatch, const Backward<T>& pass) {
    const std::size_t channels = statistics.mean.size();
    const std::span<const T> weight = part(pass.parameters, step.weights);
    const auto deviation = [&](std::size_t c) {
        return std::sqrt(statistics.variance[c] + static_cast<T>(step.layer.epsilon));
    };
    const auto normal = [&](std::size_t c, std::size_t i) {
        return (pass.input[i] - statistics.mean[c]) / deviation(c);
    };
    std::vector<double> biasGradient(channels);
    std::vector<double> weightGradient(channels);
    forEachValue(step.in, pass.input.size(), [&](std::size_t c, std::size_t i) {
        biasGradient[c] += static_cast<double>(pass.outputGradient[i]);
        weightGradient[c] += static_cast<double>(pass.outputGradient[i] * normal(c, i));
    });
    for (std::size_t c = 0; c < channels; ++c) {
        part(pass.parameterGradients, step.bias)[c] += static_cast<T>(biasGradient[c]);
        part(pass.parameterGradients, step.weights)[c] += static_cast<T>(weightGradient[c]);
    }
    if (pass.inputGradient.empty())
        return;
    const auto count = static_cast<double>(pass.input.size() / channels);
    const double shared = fromBatch ? 1 / count : 0;
    forEachValue(step.in, pass.input.size(), [&](std::size_t c, std::size_t i) {
        const T others =
            static_cast<T>(shared * biasGradient[c]) + normal(c, i) * static_cast<T>(shared * weightGradient[c]);
        pass.inputGradient[i] = weight[c] / deviation(c) * (pass.outputGradient[i] - others);
    });
}

} // namespace kernelscope::reference
