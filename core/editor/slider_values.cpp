// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/slider_values.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {

std::vector<double> sliderValues(const LayerField& field, const FieldLimits& limits, double present) {
    std::vector<double> values{limits.least, limits.most, std::clamp(present, limits.least, limits.most)};
    switch (field.scale) {
    case FieldScale::Whole:
    case FieldScale::Choice:
        for (double value = limits.least; value < limits.most; ++value)
            values.push_back(value);
        break;
    case FieldScale::WholeRatio:
        for (double power = 1; power <= limits.most; power *= 2)
            values.insert(values.end(), {power, std::floor(power * 1.5)});
        break;
    case FieldScale::Real: {
        const long steps = std::lround((limits.most - limits.least) / field.step);
        for (long i = 1; i < steps; ++i)
            values.push_back(
                limits.least + (limits.most - limits.least) * static_cast<double>(i) / static_cast<double>(steps));
        break;
    }
    case FieldScale::RealRatio:
        for (double decade = std::pow(10, std::floor(std::log10(limits.least))); decade <= limits.most; decade *= 10)
            values.insert(values.end(), {decade, decade * 2, decade * 5});
        break;
    }
    std::erase_if(values, [&](double value) { return value < limits.least || value > limits.most; });
    std::sort(values.begin(), values.end());
    // Decades that are computed may miss an end by the last digit.
    const auto isSame = [](double a, double b) { return std::abs(a - b) <= 1e-6 * std::abs(b); };
    values.erase(std::unique(values.begin(), values.end(), isSame), values.end());
    return values;
}

} // namespace kernelscope
