// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// From logits to probabilities, and the loss for the true class.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace kernelscope::reference {

/// probability[k] = e^logit[k] / sum over j of e^logit[j]. The greatest logit is taken off all of them first, which
/// changes nothing but keeps e^x from overflowing.
template <class T>
void softmax(std::span<const T> logits, std::span<T> probabilities) {
    const T greatest = *std::max_element(logits.begin(), logits.end());
    T sum{0};
    for (std::size_t k = 0; k < logits.size(); ++k) {
        probabilities[k] = std::exp(logits[k] - greatest);
        sum += probabilities[k];
    }
    for (T& probability : probabilities)
        probability /= sum;
}

/// Cross-entropy: -log(probability[label]), as log(sum over j of e^logit[j]) - logit[label], which stays exact where
/// the probability is so small that it rounds to 0.
template <class T>
T crossEntropy(std::span<const T> logits, std::size_t label) {
    const T greatest = *std::max_element(logits.begin(), logits.end());
    T sum{0};
    for (const T logit : logits)
        sum += std::exp(logit - greatest);
    return std::log(sum) + greatest - logits[label];
}

/// Gradient of the cross-entropy with respect to the logits, times `scale`: scale * (probability[k] - (k == label)).
template <class T>
void crossEntropyGradient(std::span<const T> probabilities, std::size_t label, T scale, std::span<T> gradient) {
    for (std::size_t k = 0; k < probabilities.size(); ++k)
        gradient[k] = scale * (probabilities[k] - (k == label ? T{1} : T{0}));
}

} // namespace kernelscope::reference
