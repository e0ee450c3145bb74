// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Compares one training step of any backend with the reference layers in double, over a row of layer_cases.h.
#pragma once

#include "layer_cases.h"
#include "training/backend.h"

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// Scaled differences (see scaledDifference()) of a backend from the reference.
struct Parity {
    double imageLosses = 0;    ///< Loss of each image, by evaluate(): the forward pass.
    double stepLoss = 0;       ///< Mean loss that the training step measured.
    int correct = 0;           ///< Difference in the count of right answers.
    double gradients = 0;      ///< The worst of all parameter arrays, each scaled by itself.
    std::string worstGradient; ///< Its name: "conv2.weight".

    /// The required agreement: forward 1e-5, gradients 1e-4.
    bool holds() const { return imageLosses <= 1e-5 && stepLoss <= 1e-5 && correct == 0 && gradients <= 1e-4; }

    std::string text() const {
        return "image losses " + std::to_string(imageLosses * 1e6) + "e-6, step loss " +
               std::to_string(stepLoss * 1e6) + "e-6, correct " + std::to_string(correct) + ", gradients " +
               std::to_string(gradients * 1e6) + "e-6 (" + worstGradient + ")";
    }
};

/// One training step of the case's whole batch: what every backend must find, from the reference layers in double.
struct ExpectedStep {
    std::vector<double> imageLosses;
    double loss = 0; ///< Their mean.
    int correct = 0;
    std::vector<double> gradients; ///< Of the mean loss, canonical order.
};

/// @param samples indices into the training split.
inline ExpectedStep expectedStep(
    const Plan& unfused, std::span<const float> floats, const DataSet& data, std::span<const std::uint32_t> samples) {
    const std::vector<double> parameters(floats.begin(), floats.end());
    ReferenceModel<double> model(unfused);
    ExpectedStep expected;
    expected.gradients.resize(unfused.parameterCount);
    for (const std::uint32_t sample : samples) {
        std::vector<double> image;
        for (const std::uint8_t pixel : data.image(Split::Train, sample))
            image.push_back(pixel / 255.0);
        const int label = data.label(Split::Train, sample);
        model.forward(parameters, image);
        model.backward(parameters, label, 1.0 / static_cast<double>(samples.size()), expected.gradients);
        expected.imageLosses.push_back(model.loss(label));
        expected.loss += model.loss(label) / static_cast<double>(samples.size());
        expected.correct += model.predicted() == label;
    }
    return expected;
}

/// Loads the case on the backend, makes one training step of its whole batch and compares.
inline Parity compareWithReference(const Backend& backend, const LayerCase& layerCase) {
    const auto count = static_cast<std::size_t>(layerCase.batch);
    const DataSetPtr data = caseData(layerCase, count);
    const Plan unfused = compile(layerCase.network, Fusion::Off);
    const std::vector<float> parameters = caseParameters(layerCase, unfused);
    std::vector<std::uint32_t> samples(count);
    std::iota(samples.begin(), samples.end(), 0u);
    const ExpectedStep expected = expectedStep(unfused, parameters, *data, samples);

    TrainingSpec spec;
    spec.batchSize = layerCase.batch;
    const std::unique_ptr<Executor> executor = backend.load(layerCase.network, data, spec);
    executor->write(Arena::Parameters, parameters);
    std::vector<double> imageLosses;
    for (std::size_t i = 0; i < count; ++i)
        imageLosses.push_back(executor->evaluate({Split::Train, i, 1}).lossSum);
    const float learningRate = 1e-3f;
    executor->trainSteps({1, samples, layerCase.batch, std::span(&learningRate, 1)});
    const Metrics metrics = executor->drainMetrics();
    std::vector<float> gradients(executor->arenaSize(Arena::Gradients));
    executor->read(Arena::Gradients, gradients);

    Parity parity;
    parity.imageLosses = scaledDifference(expected.imageLosses, imageLosses, 1.0);
    parity.stepLoss = scaledDifference(std::vector{expected.loss}, std::vector{metrics.steps.at(0).loss}, 1.0);
    parity.correct = metrics.steps.at(0).correct - expected.correct;
    for (const ParameterInfo& parameter : unfused.parameters) {
        const auto [offset, size] = parameter.slice;
        const double difference = scaledDifference(std::span(std::as_const(expected.gradients)).subspan(offset, size),
            std::span(std::as_const(gradients)).subspan(offset, size));
        if (parity.worstGradient.empty() || !(difference <= parity.gradients)) {
            parity.gradients = difference;
            parity.worstGradient = parameter.name;
        }
    }
    return parity;
}

} // namespace kernelscope
