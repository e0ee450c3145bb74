// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/check_groups.h"
#include "check/parity.h"

#include <cstdlib>
#include <utility>

namespace kernelscope::check {
namespace {

/// From how many multiply-adds' FLOPs on a network counts as large: presets and their like.
constexpr std::int64_t largeFlops = 1'000'000;

std::vector<CheckFigure> compareLayers(const LayerCase& layerCase, const Backend& backend) {
    const std::string precision = backend.device().precision;
    const Tolerance tolerance = toleranceOf(precision);
    const ParityCase parityCase(layerCase, precision == "fp32" ? Clearance::Float : Clearance::Coarse);
    const bool isLarge = parityCase.unfused.flops.forward > largeFlops;
    const Parity found = compareWithReference(backend, parityCase);
    std::vector<CheckFigure> figures{
        {"loss of each image", found.imageLosses, tolerance.forward},
        {"loss of the step", found.stepLoss, tolerance.forward},
        {"right answers", static_cast<double>(std::abs(found.correct)), 0},
        {"gradients, most in " + found.worstGradient, found.gradients,
            isLarge ? tolerance.largeGradients : tolerance.gradients},
    };
    if (!parityCase.state.empty())
        figures.push_back({"running statistics", found.state, tolerance.forward});
    return figures;
}

} // namespace

std::vector<CheckCase> layerChecks() {
    std::vector<CheckCase> cases;
    for (LayerCase& layerCase : layerCases()) {
        const std::string name = layerCase.name;
        cases.push_back({"layers", name,
            [layerCase = std::move(layerCase)](const Backend& backend) { return compareLayers(layerCase, backend); }});
    }
    return cases;
}

} // namespace kernelscope::check
