// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/parity.h"

#include "check/scaled_difference.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <numeric>
#include <variant>

namespace kernelscope {
namespace {

/// Whether batch norm is the next layer, but for a flatten.
bool isNormalizedNext(const Network& network, int layer) {
    auto next = static_cast<std::size_t>(layer) + 1;
    while (next < network.layers.size() && std::holds_alternative<Flatten>(network.layers[next]))
        ++next;
    return next < network.layers.size() && std::holds_alternative<BatchNorm>(network.layers[next]);
}

} // namespace

std::string Parity::text() const {
    return "image losses " + std::to_string(imageLosses * 1e6) + "e-6, step loss " + std::to_string(stepLoss * 1e6) +
           "e-6, correct " + std::to_string(correct) + ", gradients " + std::to_string(gradients * 1e6) + "e-6 (" +
           worstGradient + "), state " + std::to_string(state * 1e6) + "e-6";
}

ExpectedStep expectedStep(const Plan& unfused, std::span<const float> floats, const DataSet& data,
    std::span<const std::uint32_t> samples, std::span<const float> state, TrainingPass pass) {
    const std::vector<double> parameters(floats.begin(), floats.end());
    ReferenceModel<double> model(unfused);
    ExpectedStep expected;
    expected.gradients.resize(unfused.parameterCount);
    expected.state.assign(state.begin(), state.end());
    std::vector<double> images;
    std::vector<int> labels;
    for (const std::uint32_t sample : samples) {
        std::vector<double> image;
        for (const std::uint8_t pixel : data.image(Split::Train, sample))
            image.push_back(pixel / 255.0);
        labels.push_back(data.label(Split::Train, sample));
        model.forward(parameters, image, expected.state);
        expected.imageLosses.push_back(model.loss(labels.back()));
        images.insert(images.end(), image.begin(), image.end());
    }
    const double share = 1.0 / static_cast<double>(samples.size());
    model.forward(parameters, images, pass);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        expected.loss += share * model.loss(labels[i], i);
        expected.correct += model.predicted(i) == labels[i];
    }
    model.backward(parameters, labels, share, expected.gradients);
    model.updateState(expected.state);
    return expected;
}

ParityCase::ParityCase(const LayerCase& of, Clearance clearance)
    : layerCase(of),
      samples(static_cast<std::size_t>(of.batch)),
      data(caseData(of, samples.size(), 1, clearance)) {
    std::iota(samples.begin(), samples.end(), 0u);
    expected = expectedStep(unfused, parameters, *data, samples, state);
}

Parity compareWithReference(const Backend& backend, const ParityCase& of) {
    const LayerCase& layerCase = of.layerCase;
    const auto count = of.samples.size();
    const Plan& unfused = of.unfused;
    const ExpectedStep& expected = of.expected;
    TrainingSpec spec;
    spec.batchSize = std::max(layerCase.batch, layerCase.loadedFor);
    spec.seed = casePass.seed;
    const std::unique_ptr<Executor> executor = backend.load(layerCase.network, of.data, spec);
    executor->write(Arena::Parameters, of.parameters);
    executor->write(Arena::State, of.state);
    std::vector<double> imageLosses;
    for (std::size_t i = 0; i < count; ++i)
        imageLosses.push_back(executor->evaluate({Split::Train, i, 1}).lossSum);
    const float learningRate = 1e-3f;
    executor->trainSteps({casePass.step, of.samples, spec.batchSize, std::span(&learningRate, 1)});
    const Metrics metrics = executor->drainMetrics();
    std::vector<float> gradients(executor->arenaSize(Arena::Gradients));
    executor->read(Arena::Gradients, gradients);
    std::vector<float> state(executor->arenaSize(Arena::State));
    executor->read(Arena::State, state);

    Parity parity;
    parity.imageLosses = scaledDifference(expected.imageLosses, imageLosses, 1.0);
    parity.stepLoss = scaledDifference(std::vector{expected.loss}, std::vector{metrics.steps.at(0).loss}, 1.0);
    parity.correct = metrics.steps.at(0).correct - expected.correct;
    parity.state = scaledDifference(expected.state, state, 1.0);
    const auto part = [](const auto& values, Slice slice) {
        return std::span(values).subspan(slice.offset, slice.size);
    };
    for (const ParameterInfo& parameter : unfused.parameters) {
        // A bias right before a batch norm has no gradient, for the mean is taken off again, and neither has a batch
        // norm's weight there, for the next one divides by it: what rounding leaves is measured against the gradients
        // that it is left of, the layer's weights' or the next batch norm's.
        double floor = 1e-3;
        const bool isNorm =
            std::holds_alternative<BatchNorm>(layerCase.network.layers[static_cast<std::size_t>(parameter.layer)]);
        if ((parameter.shape.role == "bias" || isNorm) && isNormalizedNext(layerCase.network, parameter.layer))
            for (const ParameterInfo& other : unfused.parameters)
                if (other.layer == parameter.layer || (isNorm && other.layer == parameter.layer + 1))
                    for (const double value : part(expected.gradients, other.slice))
                        floor = std::max(floor, std::abs(value));
        const double difference =
            scaledDifference(part(expected.gradients, parameter.slice), part(gradients, parameter.slice), floor);
        if (parity.worstGradient.empty() || !(difference <= parity.gradients)) {
            parity.gradients = difference;
            parity.worstGradient = parameter.name;
        }
    }
    return parity;
}

Parity compareWithReference(const Backend& backend, const LayerCase& layerCase) {
    return compareWithReference(backend, ParityCase(layerCase));
}

} // namespace kernelscope
