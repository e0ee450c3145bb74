// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Dropout: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014. Its mask
/// is defined here, once for every backend.
#pragma once

#include "base/philox.h"
#include "layers/layer_rules.h"

#include <cstddef>

namespace kernelscope {

/// While training, each value is dropped (becomes 0) with probability `rate`, and those that stay are multiplied by
/// 1 / (1 - rate), so that their mean stays what it is ("inverted dropout", as in Keras and PyTorch). Otherwise the
/// values pass as they are.
struct Dropout {
    float rate = 0.5f; ///< 0 or more, below 1.
    bool operator==(const Dropout&) const = default;
};

/// The same shape. Throws LayerError where the rate is out of range.
Shape outputShape(const Dropout& layer, Shape in);

/// Nothing is learnt.
std::vector<ParameterShape> parameterShapes(const Dropout& layer, Shape in);

/// None.
std::int64_t multiplyAdds(const Dropout& layer, Shape in);

/// Which mask: the same four numbers give the same mask on every backend, however a batch is divided.
struct DropoutKey {
    std::uint64_t seed = 0;     ///< TrainingSpec::seed.
    std::int64_t step = 1;      ///< Of the training, 1 for the run's first; its lower 32 bits count.
    std::uint32_t position = 0; ///< Of the image in the step's batch, from 0.
    int layer = 0;              ///< Index of the dropout layer in its network.
};

/// The last word of the counter: every dropout layer has a stream of its own.
constexpr std::uint32_t dropoutStream(int layer) {
    return static_cast<std::uint32_t>(RandomStream::Dropout) | static_cast<std::uint32_t>(layer) << 8;
}

/// The random word that decides about a value: word (element mod 4) of Philox 4x32-10 with
/// key = seed and counter = (element / 4, position, step, stream). @param element index in CHW order.
constexpr std::uint32_t dropoutWord(const DropoutKey& key, std::size_t element) {
    const PhiloxBlock block = philox({static_cast<std::uint32_t>(element / 4), key.position,
                                         static_cast<std::uint32_t>(key.step), dropoutStream(key.layer)},
        {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
    return block[element % 4];
}

/// A value stays if its word, as a number in [0, 1) (see unitFloat()), is not below the rate.
constexpr bool isKept(std::uint32_t word, float rate) {
    return unitFloat(word) >= rate;
}

/// What values that stay are multiplied by.
constexpr float dropoutScale(float rate) {
    return 1.0f / (1.0f - rate);
}

} // namespace kernelscope
