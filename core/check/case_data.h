// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a case of the table is computed on: reproducible parameters and images that stand clear of ties and kinks.
#pragma once

#include "base/philox.h"
#include "check/layer_cases.h"
#include "data/data_set.h"
#include "network/plan.h"
#include "reference/reference_model.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace kernelscope {

namespace layer_cases {

/// Random words for the tests; streams that nothing else in core/ draws from.
std::uint32_t word(std::uint64_t seed, std::uint32_t purpose, std::uint32_t where, std::uint64_t index);

} // namespace layer_cases

/// Parameters for a case: Glorot uniform weights, and biases that are not zero, up to +-0.2; batch norm's weights
/// likewise about 1.
std::vector<float> caseParameters(const LayerCase& layerCase, const Plan& plan);

/// Running statistics for a case: means up to +-0.5, variances of 0.5 to 1.5.
std::vector<float> caseState(const LayerCase& layerCase, const Plan& plan);

/// How near an image of the model's last forward pass came to a point at which the loss has no derivative: the least
/// distance of a ReLU's input from 0, and of a max-pool window's greatest value from its second.
/// A tie between values that ReLU or dropout made 0 is none: neither moves with the parameters.
/// With GradientReach::Learning, layers before the first that learns do not count: no gradient goes through them.
double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach, std::size_t image);

/// Over all images of the last forward pass.
double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach);

/// Distance from kinks that the images of caseData() keep: far above float's rounding, so that every backend takes
/// the same branch, and small enough that images which keep it are found even for classic's 30,000 branches.
constexpr double caseDistance = 1e-5;

/// The training step that the images of caseData() are made for.
constexpr TrainingPass casePass{1, 1, 0};

/// What the images of a case stand clear of: values that round to the other side of a tie or kink.
enum class Clearance {
    Float, ///< They keep caseDistance, which is enough for float: every device takes the same branches.
    /// The best of many draws. TF32 rounds so coarsely that no image of a larger network is safe from every kink.
    Coarse,
};

/// Random images and labels for a case; deterministic. Images are drawn anew until, with caseParameters() and in a
/// training step of them all, they stay away from ties and kinks: one by one, or all at once where batch norm makes
/// each depend on the others.
std::shared_ptr<const MemoryDataSet> caseData(const LayerCase& layerCase, std::size_t trainCount,
    std::size_t testCount = 1, Clearance clearance = Clearance::Float);

} // namespace kernelscope
