// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Run records made up for tests of views.
#pragma once

#include "training/run_record.h"

#include <cmath>

namespace kernelscope::tests {

/// A run of `epochs` epochs of `stepsPerEpoch` steps with a batch of 32 (the last of each epoch: 16), 10 ms a step.
/// Loss falls from 2 with a ripple, accuracy rises; after each epoch a test, which took 1 s.
inline RunRecord madeUpRun(int stepsPerEpoch, int epochs) {
    RunRecord record;
    record.network = preset("tiny");
    record.spec.epochs = epochs;
    record.device = {"cpu:2", "Test chip", "cpu", "AVX2", 2, "fp32"};
    record.data = {
        "Made up", "digits", {1, 28, 28}, 10, {}, static_cast<std::size_t>(stepsPerEpoch) * 32 - 16, 100, {}};
    for (int i = 0; i < 10; ++i)
        record.data.classNames.push_back(std::to_string(i));
    for (int step = 1; step <= stepsPerEpoch * epochs; ++step) {
        const double progress = static_cast<double>(step) / (stepsPerEpoch * epochs);
        const double loss = 2 * std::exp(-4 * progress) * (1 + 0.3 * std::sin(step * 1.7)) + 0.01;
        const int count = step % stepsPerEpoch == 0 ? 16 : 32;
        record.steps.push_back(
            {step, step * 0.01, static_cast<float>(loss), static_cast<int>(count * progress), count});
        if (step % stepsPerEpoch == 0)
            record.epochs.push_back({step / stepsPerEpoch, step, loss, progress, loss * 0.9, 0.5 + 0.4 * progress,
                stepsPerEpoch * 0.01, 1.0, step * 0.01});
    }
    return record;
}

} // namespace kernelscope::tests
