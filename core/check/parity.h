// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Compares one training step of any backend with the reference layers in double, over a row of layer_cases.h.
#pragma once

#include "check/case_data.h"
#include "training/backend.h"

#include <cstdint>
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
    double state = 0;          ///< Running statistics after the step.

    /// The required agreement: forward and state 1e-5, gradients 1e-4.
    bool holds() const {
        return imageLosses <= 1e-5 && stepLoss <= 1e-5 && correct == 0 && gradients <= 1e-4 && state <= 1e-5;
    }

    /// "image losses 0.2e-6, ..., gradients 1.3e-6 (conv1.weight), ...".
    std::string text() const;
};

/// One training step of the case's whole batch: what every backend must find, from the reference layers in double.
struct ExpectedStep {
    std::vector<double> imageLosses; ///< As evaluation finds them, before the step.
    double loss = 0;                 ///< Mean over the batch, as the training step finds it.
    int correct = 0;
    std::vector<double> gradients; ///< Of the mean loss, canonical order.
    std::vector<double> state;     ///< After the step.
};

/// @param samples indices into the training split; @param state running statistics before the step; @param pass which
/// training step it is.
ExpectedStep expectedStep(const Plan& unfused, std::span<const float> floats, const DataSet& data,
    std::span<const std::uint32_t> samples, std::span<const float> state = {}, TrainingPass pass = casePass);

/// A row of the table with all that does not depend on the device.
struct ParityCase {
    /// Draws the images and computes the step on the reference, which is most of the work of a comparison.
    explicit ParityCase(const LayerCase& of, Clearance clearance = Clearance::Float);

    LayerCase layerCase;
    std::vector<std::uint32_t> samples;
    Plan unfused = compile(layerCase.network, Fusion::Off);
    DataSetPtr data;
    std::vector<float> parameters = caseParameters(layerCase, unfused);
    std::vector<float> state = caseState(layerCase, unfused);
    ExpectedStep expected;
};

/// Loads the case on the backend, makes one training step of its whole batch and compares.
Parity compareWithReference(const Backend& backend, const ParityCase& of);

/// The same for a row that is compared once.
Parity compareWithReference(const Backend& backend, const LayerCase& layerCase);

} // namespace kernelscope
