// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_model.h"

#include "base/error.h"
#include "base/overloaded.h"
#include "reference/activation.h"
#include "reference/conv.h"
#include "reference/dense.h"
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
    m_values.emplace_back(m_plan.network.input.size());
    for (const LayerInfo& layer : m_plan.layers)
        m_values.emplace_back(layer.out.size());
    m_gradients = m_values;
    m_probabilities.resize(static_cast<std::size_t>(m_plan.classes));
}

template <class T>
void ReferenceModel<T>::forward(std::span<const T> parameters, std::span<const T> image) {
    checkParameters(parameters.size());
    setImage(image);
    for (std::size_t step = 0; step < m_plan.steps.size(); ++step)
        forwardStep(step, parameters);
}

template <class T>
void ReferenceModel<T>::backward(std::span<const T> parameters, int label, T scale, std::span<T> gradients) {
    checkParameters(parameters.size());
    checkParameters(gradients.size());
    for (std::size_t step = m_plan.steps.size(); step-- > 0;)
        backwardStep(step, parameters, label, scale, gradients);
}

template <class T>
void ReferenceModel<T>::setImage(std::span<const T> image) {
    checkSize("the image", image.size(), m_values.front().size());
    std::copy(image.begin(), image.end(), m_values.front().begin());
}

template <class T>
void ReferenceModel<T>::forwardStep(std::size_t index, std::span<const T> parameters) {
    const std::vector<T>& input = m_values[index];
    std::visit(Overloaded{[&](const SoftmaxLoss&) { reference::softmax<T>(input, m_probabilities); },
                   [&](const auto& step) {
                       reference::forward(step, reference::Forward<T>{parameters, input, m_values[index + 1]});
                   }},
        m_plan.steps[index]);
}

template <class T>
void ReferenceModel<T>::backwardStep(
    std::size_t index, std::span<const T> parameters, int label, T scale, std::span<T> gradients) {
    const std::vector<T>& input = m_values[index];
    std::vector<T>& inputGradient = m_gradients[index];
    std::visit(Overloaded{[&](const SoftmaxLoss&) {
                              reference::crossEntropyGradient<T>(
                                  m_probabilities, checkedLabel(label), scale, inputGradient);
                          },
                   [&](const auto& step) {
                       const bool wanted = m_reach == GradientReach::Input || step.needsInputGradient;
                       reference::backward(
                           step, reference::Backward<T>{parameters, input, m_values[index + 1], m_gradients[index + 1],
                                     wanted ? std::span<T>(inputGradient) : std::span<T>(), gradients});
                   }},
        m_plan.steps[index]);
}

template <class T>
T ReferenceModel<T>::loss(int label) const {
    return reference::crossEntropy<T>(logits(), checkedLabel(label));
}

template <class T>
int ReferenceModel<T>::predicted() const {
    return static_cast<int>(std::max_element(logits().begin(), logits().end()) - logits().begin());
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
