// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network in the clearest terms: one image, one layer after the other, every value at hand.
#pragma once

#include "network/plan.h"

#include <cstddef>
#include <span>
#include <vector>

namespace kernelscope {

/// How far back the data gradients go.
enum class GradientReach {
    Learning, ///< To the first layer that learns: all that training needs.
    Input,    ///< To the image itself.
};

/// Runs single images forwards and backwards, and keeps each layer's output and the gradient of it until the next
/// image. T is float or double. A batch is a loop over its images; see backward() for the mean.
template <class T>
class ReferenceModel {
public:
    /// @param plan compiled with Fusion::Off: one step for each layer, then the loss. Throws Error for a fused one.
    explicit ReferenceModel(Plan plan, GradientReach reach = GradientReach::Learning);

    const Plan& plan() const { return m_plan; }

    /// Computes every layer's output, and the probabilities.
    /// @param parameters the arena, plan().parameterCount values; @param image CHW, plan().network.input.size() values.
    /// Throws Error where a size does not fit.
    void forward(std::span<const T> parameters, std::span<const T> image);

    /// After forward(): adds the gradient of scale * loss to an arena. With scale = 1 / images of the batch, the sum
    /// over the batch is the gradient of the mean loss.
    /// @param parameters as in forward(); @param gradients plan().parameterCount values.
    /// Throws Error where a size does not fit or the label is no class of the network.
    void backward(std::span<const T> parameters, int label, T scale, std::span<T> gradients);

    /// After forward(): what the last one made of the image.
    std::span<const T> image() const { return m_values.front(); }
    std::span<const T> output(std::size_t layer) const { return m_values.at(layer + 1); } ///< plan().layers[layer].out
    std::span<const T> logits() const { return m_values.back(); }                         ///< plan().classes values.
    std::span<const T> probabilities() const { return m_probabilities; }                  ///< plan().classes values.
    T loss(int label) const;                                                              ///< Cross-entropy.
    int predicted() const; ///< Class of the greatest logit, the first of equals.

    /// After backward(): the gradient of scale * loss with respect to a layer's output.
    std::span<const T> outputGradient(std::size_t layer) const { return m_gradients.at(layer + 1); }
    /// Likewise with respect to the image; only with GradientReach::Input.
    std::span<const T> imageGradient() const { return m_gradients.front(); }

    /// The same, one step of the plan at a time, in order (backwards: in reverse order), to time or show each apart.
    /// forwardStep(0) reads the image that setImage() copied.
    void setImage(std::span<const T> image);
    void forwardStep(std::size_t step, std::span<const T> parameters);
    void backwardStep(std::size_t step, std::span<const T> parameters, int label, T scale, std::span<T> gradients);

private:
    void checkParameters(std::size_t count) const;
    std::size_t checkedLabel(int label) const;

    Plan m_plan;
    GradientReach m_reach;
    std::vector<std::vector<T>> m_values;    ///< The image, then each layer's output.
    std::vector<std::vector<T>> m_gradients; ///< Of the same.
    std::vector<T> m_probabilities;
};

extern template class ReferenceModel<float>;
extern template class ReferenceModel<double>;

} // namespace kernelscope
