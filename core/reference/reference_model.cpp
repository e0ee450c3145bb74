// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_model.h"

#include "base/error.h"
#include "base/overloaded.h"
#include "reference/activation.h"
#include "reference/conv.h"
#include "reference/dense.h"
#include "reference/dropout.h"
#include "reference/flatten.h"
#include "reference/pool.h"
#include "reference/softmax_loss.h"

#include <algorithm>
#include <utility>

namespace kernelscope {
namespace {

void checkSize(const std::string& what, std::size_t found, std::size_t expected) {
    if (found != expected)
        throw Error({"Cannot run the network", what, std::to_string(found) + " values",
            std::to_string(expected) + ", as the network has", ""});
}

} // namespace

template <class T>
ReferenceModel<T>::ReferenceModel(Plan plan, GradientReach reach) : m_plan(std::move(plan)),
                                                                    m_reach(reach) {
    if (m_plan.steps.size() != m_plan.layers.size() + 1)
        throw Error({"Cannot run the plan on the reference layers", m_plan.network.name,
            std::to_string(m_plan.steps.size()) + " steps",
            "one for each of the " + std::to_string(m_plan.layers.size()) + " layers, and the loss",
            "Compile it with Fusion::Off."});
    m_values.resize(m_plan.layers.size() + 1);
    m_gradients.resize(m_values.size());
    m_statistics.resize(m_plan.layers.size());
}

template <class T>
void ReferenceModel<T>::forward(std::span<const T> parameters, std::span<const T> image, std::span<const T> state) {
    checkParameters(parameters.size());
    checkSize("the image", image.size(), m_plan.network.input.size());
    setImages(image, std::nullopt, state);
    for (std::size_t step = 0; step < m_plan.steps.size(); ++step)
        forwardStep(step, parameters);
}

template <class T>
void ReferenceModel<T>::forward(std::span<const T> parameters, std::span<const T> images, const TrainingPass& pass) {
    checkParameters(parameters.size());
    setImages(images, pass);
    for (std::size_t step = 0; step < m_plan.steps.size(); ++step)
        forwardStep(step, parameters);
}

template <class T>
void ReferenceModel<T>::backward(
    std::span<const T> parameters, std::span<const int> labels, T scale, std::span<T> gradients) {
    checkParameters(parameters.size());
    checkParameters(gradients.size());
    for (std::size_t step = m_plan.steps.size(); step-- > 0;)
        backwardStep(step, parameters, labels, scale, gradients);
}

template <class T>
void ReferenceModel<T>::updateState(std::span<T> state) const {
    checkSize("the state", state.size(), m_plan.stateCount);
    for (std::size_t index = 0; index < m_plan.layers.size(); ++index)
        if (const auto* step = std::get_if<StepOf<BatchNorm>>(&m_plan.steps[index])) {
            const auto area = static_cast<double>(step->in.height) * static_cast<double>(step->in.width);
            reference::updateRunning(step->layer, m_statistics[index], static_cast<double>(m_images) * area,
                reference::part(state, step->state));
        }
}

template <class T>
void ReferenceModel<T>::setImages(
    std::span<const T> images, std::optional<TrainingPass> pass, std::span<const T> state) {
    const std::size_t size = m_plan.network.input.size();
    if (images.empty() || images.size() % size != 0)
        throw Error({"Cannot run the network", "the images", std::to_string(images.size()) + " values",
            std::to_string(size) + " for each", ""});
    checkSize("the state", state.size(), pass ? 0 : m_plan.stateCount);
    m_images = images.size() / size;
    m_pass = pass;
    m_values.front().assign(images.begin(), images.end());
    for (std::size_t layer = 0; layer < m_plan.layers.size(); ++layer)
        m_values[layer + 1].resize(m_images * m_plan.layers[layer].out.size());
    for (std::size_t i = 0; i < m_values.size(); ++i)
        m_gradients[i].resize(m_values[i].size());
    m_probabilities.resize(m_images * static_cast<std::size_t>(m_plan.classes));
    if (pass)
        return;
    for (std::size_t index = 0; index < m_plan.layers.size(); ++index)
        if (const auto* step = std::get_if<StepOf<BatchNorm>>(&m_plan.steps[index])) {
            const std::span<const T> running = reference::part(state, step->state);
            const std::size_t channels = running.size() / 2;
            const auto middle = running.begin() + static_cast<std::ptrdiff_t>(channels);
            m_statistics[index] = {{running.begin(), middle}, {middle, running.end()}};
        }
}

template <class T>
void ReferenceModel<T>::forwardStep(std::size_t index, std::span<const T> parameters) {
    std::visit(Overloaded{[&](const SoftmaxLoss& step) {
                              const auto classes = static_cast<std::size_t>(step.classes);
                              for (std::size_t image = 0; image < m_images; ++image)
                                  reference::softmax<T>(
                                      logits(image), std::span(m_probabilities).subspan(image * classes, classes));
                          },
                   [&](const auto& step) { forwardLayer(step, index, parameters); }},
        m_plan.steps[index]);
}

template <class T>
template <class L>
void ReferenceModel<T>::forwardLayer(const StepOf<L>& step, std::size_t index, std::span<const T> parameters) {
    const std::span<const T> input = m_values[index];
    const std::span<T> output = m_values[index + 1];
    if constexpr (std::is_same_v<L, BatchNorm>) {
        if (m_pass)
            m_statistics[index] = reference::statisticsOf(step.in, input);
        reference::forward(step, m_statistics[index], reference::Forward<T>{parameters, input, output});
    } else {
        for (std::size_t image = 0; image < m_images; ++image) {
            const std::span<const T> in = input.subspan(image * step.in.size(), step.in.size());
            const std::span<T> out = output.subspan(image * step.out.size(), step.out.size());
            if constexpr (!std::is_same_v<L, Dropout>)
                reference::forward(step, reference::Forward<T>{parameters, in, out});
            else if (m_pass)
                reference::dropout(step.layer, maskOf(step, image), in, out);
            else
                std::copy(in.begin(), in.end(), out.begin());
        }
    }
}

template <class T>
void ReferenceModel<T>::backwardStep(
    std::size_t index, std::span<const T> parameters, std::span<const int> labels, T scale, std::span<T> gradients) {
    std::visit(Overloaded{[&](const SoftmaxLoss& step) {
                              checkSize("the labels", labels.size(), m_images);
                              const auto classes = static_cast<std::size_t>(step.classes);
                              for (std::size_t image = 0; image < m_images; ++image)
                                  reference::crossEntropyGradient<T>(probabilities(image), checkedLabel(labels[image]),
                                      scale, std::span(m_gradients[index]).subspan(image * classes, classes));
                          },
                   [&](const auto& step) { backwardLayer(step, index, parameters, gradients); }},
        m_plan.steps[index]);
}

template <class T>
template <class L>
void ReferenceModel<T>::backwardLayer(
    const StepOf<L>& step, std::size_t index, std::span<const T> parameters, std::span<T> gradients) {
    const bool wanted = m_reach == GradientReach::Input || step.needsInputGradient;
    const auto pass = [&](std::size_t image, std::size_t images) {
        const std::size_t in = step.in.size();
        const std::size_t out = step.out.size();
        return reference::Backward<T>{parameters, std::span(m_values[index]).subspan(image * in, images * in),
            std::span(m_values[index + 1]).subspan(image * out, images * out),
            std::span(m_gradients[index + 1]).subspan(image * out, images * out),
            wanted ? std::span(m_gradients[index]).subspan(image * in, images * in) : std::span<T>(), gradients};
    };
    if constexpr (std::is_same_v<L, BatchNorm>) {
        reference::backward(step, m_statistics[index], m_pass.has_value(), pass(0, m_images));
    } else {
        for (std::size_t image = 0; image < m_images; ++image) {
            const reference::Backward<T> one = pass(image, 1);
            if constexpr (!std::is_same_v<L, Dropout>)
                reference::backward(step, one);
            else if (wanted && m_pass) // a gradient is dropped where its value was
                reference::dropout(step.layer, maskOf(step, image), one.outputGradient, one.inputGradient);
            else if (wanted)
                std::copy(one.outputGradient.begin(), one.outputGradient.end(), one.inputGradient.begin());
        }
    }
}

template <class T>
DropoutKey ReferenceModel<T>::maskOf(const StepOf<Dropout>& step, std::size_t image) const {
    return {m_pass->seed, m_pass->step, static_cast<std::uint32_t>(m_pass->firstPosition + image), step.firstLayer};
}

template <class T>
T ReferenceModel<T>::loss(int label, std::size_t image) const {
    return reference::crossEntropy<T>(logits(image), checkedLabel(label));
}

template <class T>
int ReferenceModel<T>::predicted(std::size_t image) const {
    const std::span<const T> values = logits(image);
    return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

template <class T>
void ReferenceModel<T>::checkParameters(std::size_t count) const {
    checkSize("the parameters", count, m_plan.parameterCount);
}

template <class T>
std::size_t ReferenceModel<T>::checkedLabel(int label) const {
    if (label < 0 || label >= m_plan.classes)
        throw Error({"Cannot work out the loss for the label", std::to_string(label), "",
            "a class of the network, 0 to " + std::to_string(m_plan.classes - 1), ""});
    return static_cast<std::size_t>(label);
}

template class ReferenceModel<float>;
template class ReferenceModel<double>;

} // namespace kernelscope
