// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a network takes an image for.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace kernelscope {

/// Classes that a prediction names.
inline constexpr int kPredictionClasses = 3;

/// The most probable classes of one image, most probable first, the lower class first of equals: the first is what the
/// network decides for, by which Evaluation::correct counts.
///
/// Where the network has fewer classes, those that are missing are class 0 with probability 0. Where a logit is no
/// finite number, so that there are no probabilities, these are 0.
struct Prediction {
    std::array<std::uint8_t, kPredictionClasses> classes{};
    std::array<float, kPredictionClasses> probabilities{}; ///< By softmax over all classes, 0 to 1.
    bool operator==(const Prediction&) const = default;
};

/// The most probable classes of an image.
/// @param logits one for each class, at most 256; @param weights in proportion to the probabilities, such as
/// e^(logit - greatest logit); @param sum of the weights; @param greatest the class decided for: the first of the
/// greatest logits.
inline Prediction predictionOf(
    std::span<const float> logits, std::span<const float> weights, float sum, std::size_t greatest) {
    // Ordered by the logits, which still differ where probabilities are too small for a float.
    std::array<std::size_t, kPredictionClasses> best{greatest, logits.size(), logits.size()};
    const auto isAbove = [&](std::size_t k, std::size_t other) {
        return other == logits.size() || logits[k] > logits[other];
    };
    for (std::size_t k = 0; k < logits.size(); ++k) {
        if (k == greatest || !isAbove(k, best[2]))
            continue;
        if (isAbove(k, best[1])) {
            best[2] = best[1];
            best[1] = k;
        } else {
            best[2] = k;
        }
    }
    Prediction prediction;
    for (std::size_t i = 0; i < best.size() && best[i] < logits.size(); ++i) {
        const float probability = weights[best[i]] / sum;
        prediction.classes[i] = static_cast<std::uint8_t>(best[i]);
        prediction.probabilities[i] = std::isfinite(probability) ? probability : 0;
    }
    return prediction;
}

/// What the network takes every test image for at the end of an epoch.
struct EpochPredictions {
    int epoch = 0;                  ///< As EpochResult::epoch.
    std::int64_t step = 0;          ///< Training steps made until then.
    std::vector<Prediction> images; ///< One for each image of Split::Test.
};
using EpochPredictionsPtr = std::shared_ptr<const EpochPredictions>;

} // namespace kernelscope
