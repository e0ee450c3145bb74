// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network in the clearest terms: one layer after the other, every value at hand.
#pragma once

#include "network/plan.h"
#include "reference/batch_norm.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace kernelscope {

/// How far back the data gradients go.
enum class GradientReach {
    Learning, ///< To the first layer that learns: all that training needs.
    Input,    ///< To the image itself.
};

/// Which training step a batch belongs to: it decides what dropout drops.
struct TrainingPass {
    std::uint64_t seed = 1;
    std::int64_t step = 1;         ///< 1 for the run's first.
    std::size_t firstPosition = 0; ///< Of the first of these images in the step's batch.
};

/// Runs images forwards and backwards, and keeps each layer's output and the gradient of it until the next ones.
/// T is float or double.
///
/// A network behaves in two ways. When it is used, images go through it one by one: forward() with an image. In a
/// training step dropout drops values and batch norm takes its statistics from the batch: forward() with a batch.
/// Without batch norm a batch may also be given in pieces, image by image.
template <class T>
class ReferenceModel {
public:
    /// @param plan compiled with Fusion::Off: one step for each layer, then the loss. Throws Error for a fused one.
    explicit ReferenceModel(Plan plan, GradientReach reach = GradientReach::Learning);

    const Plan& plan() const { return m_plan; }

    /// One image, as whoever uses the network sees it: computes every layer's output, and the probabilities.
    /// @param parameters the arena, plan().parameterCount values; @param image CHW, plan().network.input.size() values;
    /// @param state the State arena, plan().stateCount values: batch norm's running statistics.
    /// Throws Error where a size does not fit.
    void forward(std::span<const T> parameters, std::span<const T> image, std::span<const T> state = {});

    /// A batch, as a training step sees it. @param images one behind the other. Throws Error where a size does not fit.
    void forward(std::span<const T> parameters, std::span<const T> images, const TrainingPass& pass);

    /// After forward(): adds the gradient of scale * (sum of the images' losses) to an arena. With scale = 1 / images
    /// of the batch it is the gradient of the mean loss.
    /// @param parameters as in forward(); @param labels one for each image; @param gradients plan().parameterCount
    /// values. Throws Error where a size does not fit or a label is no class of the network.
    void backward(std::span<const T> parameters, std::span<const int> labels, T scale, std::span<T> gradients);
    void backward(std::span<const T> parameters, int label, T scale, std::span<T> gradients) {
        backward(parameters, std::span(&label, 1), scale, gradients);
    }

    /// After forward() with a batch: what the training step makes of the State arena, plan().stateCount values.
    void updateState(std::span<T> state) const;

    /// After forward(): what the last one made of an image; without a number of the first, or only, one.
    std::size_t images() const { return m_images; }
    std::span<const T> image(std::size_t image = 0) const { return part(m_values.front(), image); }
    /// plan().layers[layer].out
    std::span<const T> output(std::size_t layer, std::size_t image = 0) const {
        return part(m_values.at(layer + 1), image);
    }
    std::span<const T> logits(std::size_t image = 0) const { return part(m_values.back(), image); } ///< plan().classes
    std::span<const T> probabilities(std::size_t image = 0) const { return part(m_probabilities, image); }
    T loss(int label, std::size_t image = 0) const; ///< Cross-entropy.
    int predicted(std::size_t image = 0) const;     ///< Class of the greatest logit, the first of equals.

    /// After backward(): the gradient of what it was given with respect to a layer's output.
    std::span<const T> outputGradient(std::size_t layer, std::size_t image = 0) const {
        return part(m_gradients.at(layer + 1), image);
    }
    /// Likewise with respect to the image; only with GradientReach::Input.
    std::span<const T> imageGradient(std::size_t image = 0) const { return part(m_gradients.front(), image); }

    /// The same, one step of the plan at a time, in order (backwards: in reverse order), to time or show each apart.
    /// forwardStep(0) reads the images that setImages() copied. @param pass nothing: as whoever uses the network.
    void setImages(std::span<const T> images, std::optional<TrainingPass> pass, std::span<const T> state = {});
    void forwardStep(std::size_t step, std::span<const T> parameters);
    void backwardStep(
        std::size_t step, std::span<const T> parameters, std::span<const int> labels, T scale, std::span<T> gradients);

private:
    /// One image's part of what is kept of all.
    std::span<const T> part(const std::vector<T>& all, std::size_t image) const {
        const std::size_t size = all.size() / m_images;
        return std::span(all).subspan(image * size, size);
    }
    void checkParameters(std::size_t count) const;
    std::size_t checkedLabel(int label) const;
    DropoutKey maskOf(const StepOf<Dropout>& step, std::size_t image) const;

    template <class L>
    void forwardLayer(const StepOf<L>& step, std::size_t index, std::span<const T> parameters);
    template <class L>
    void backwardLayer(const StepOf<L>& step, std::size_t index, std::span<const T> parameters, std::span<T> gradients);

    Plan m_plan;
    GradientReach m_reach;
    std::size_t m_images = 1;
    std::optional<TrainingPass> m_pass;      ///< Of the last forward(); nothing where an image was only looked at.
    std::vector<std::vector<T>> m_values;    ///< The images, then each layer's outputs.
    std::vector<std::vector<T>> m_gradients; ///< Of the same.
    std::vector<T> m_probabilities;
    std::vector<reference::Statistics<T>> m_statistics; ///< What each step normalised with; empty but for batch norm.
};

extern template class ReferenceModel<float>;
extern template class ReferenceModel<double>;

} // namespace kernelscope
