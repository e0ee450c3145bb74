// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/philox.h"
#include "network/plan.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

void fillOnes(std::vector<float>& values, Slice slice) {
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(slice.offset), slice.size, 1.0f);
}

} // namespace

std::vector<float> initialParameters(const Plan& plan, std::uint64_t seed) {
    std::vector<float> values(plan.parameterCount, 0.0f);
    for (std::size_t p = 0; p < plan.parameters.size(); ++p) {
        const ParameterInfo& parameter = plan.parameters[p];
        if (parameter.shape.initializer == Initializer::One)
            fillOnes(values, parameter.slice);
        if (parameter.shape.initializer != Initializer::GlorotUniform)
            continue;
        const double fans = static_cast<double>(parameter.shape.fanIn) + parameter.shape.fanOut;
        const float limit = static_cast<float>(std::sqrt(6.0 / fans));
        for (std::size_t i = 0; i < parameter.slice.size; ++i) {
            const PhiloxBlock block =
                philoxBlock(seed, RandomStream::Initialization, static_cast<std::uint32_t>(p), i / 4);
            values[parameter.slice.offset + i] = limit * (2.0f * unitFloat(block[i % 4]) - 1.0f);
        }
    }
    return values;
}

std::vector<float> initialState(const Plan& plan) {
    std::vector<float> values(plan.stateCount, 0.0f);
    for (const ParameterInfo& state : plan.states)
        if (state.shape.initializer == Initializer::One)
            fillOnes(values, state.slice);
    return values;
}

} // namespace kernelscope
