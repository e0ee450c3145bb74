// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/trainer.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {

std::vector<std::int64_t> snapshotSteps(std::int64_t totalSteps, std::size_t snapshotBytes) {
    constexpr std::int64_t wanted = 300;
    constexpr std::int64_t budget = 256 << 20;
    const std::int64_t affordable = budget / static_cast<std::int64_t>(std::max<std::size_t>(snapshotBytes, 1));
    const std::int64_t most = std::clamp<std::int64_t>(std::min(wanted, affordable), 2, wanted);
    std::vector<std::int64_t> steps{0};
    if (totalSteps <= 0)
        return steps;
    // Evenly in the logarithm of the step; the first ones fall onto each other, which leaves room for all of them.
    const double last = std::log1p(static_cast<double>(totalSteps));
    for (std::int64_t i = 1; i < most; ++i) {
        const double at = std::expm1(last * static_cast<double>(i) / static_cast<double>(most - 1));
        const std::int64_t step = std::clamp<std::int64_t>(std::llround(at), 1, totalSteps);
        if (step > steps.back())
            steps.push_back(step);
    }
    if (steps.back() != totalSteps)
        steps.push_back(totalSteps);
    return steps;
}

} // namespace kernelscope
