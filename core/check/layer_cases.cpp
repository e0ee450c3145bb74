// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/layer_cases.h"

namespace kernelscope {

std::vector<LayerCase> layerCases() {
    std::vector<LayerCase> cases = convolutionCases();
    for (auto* more : {&poolingCases, &stackCases, &regularizationCases, &sizeCases}) {
        std::vector<LayerCase> added = more();
        cases.insert(cases.end(), added.begin(), added.end());
    }
    return cases;
}

} // namespace kernelscope
