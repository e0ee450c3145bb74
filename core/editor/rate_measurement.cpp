// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/rate_measurement.h"

#include "base/stopwatch.h"
#include "devices/devices.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace kernelscope {
namespace {

/// Work handed to the device at once, about: long enough that waiting for it does not count.
constexpr double callSeconds = 0.05;
constexpr std::size_t mostStepsPerCall = 64;
/// Images that the measurement goes round and round: how fast it is does not depend on which.
constexpr std::size_t mostImages = 8192;

} // namespace

std::optional<MeasuredRate> measureRate(
    const RunSetup& setup, const MeasurementBudget& budget, const std::atomic<bool>& isCancelled) {
    const Trainer check(setup); // throws where the set-up is not possible
    const std::size_t available = setup.spec.trainSamples > 0 ? setup.spec.trainSamples : setup.data->info().trainCount;
    const auto batch = std::min(static_cast<std::size_t>(setup.spec.batchSize), available);
    std::vector<std::uint32_t> images(std::min(available, std::max(batch, mostImages)) / batch * batch);
    std::iota(images.begin(), images.end(), 0u);
    setup.data->require(Split::Train, images);

    const std::unique_ptr<Executor> executor = openBackend(setup.deviceId)->load(setup.network, setup.data, setup.spec);
    executor->write(Arena::Parameters, initialParameters(executor->plan(), setup.spec.seed));
    executor->write(Arena::State, initialState(executor->plan()));

    std::size_t at = 0;
    std::int64_t step = 1;
    std::size_t steps = 1;
    std::size_t timedSteps = 0;
    double seconds = 0;
    bool isWarm = false;
    while (seconds < budget.seconds || timedSteps < budget.leastSteps) {
        if (isCancelled)
            return std::nullopt;
        const std::size_t count = std::min(steps * batch, images.size() - at);
        const std::vector<float> learningRates(count / batch, setup.spec.optimizer.learningRate);
        const Stopwatch watch;
        executor->trainSteps({step, std::span(images).subspan(at, count), static_cast<int>(batch), learningRates});
        executor->drainMetrics();
        const double took = watch.seconds();
        if (isWarm) {
            seconds += took;
            timedSteps += count / batch;
        }
        isWarm = true;
        const double each = std::max(took / static_cast<double>(count / batch), 1e-7);
        steps = std::clamp<std::size_t>(static_cast<std::size_t>(callSeconds / each), 1, mostStepsPerCall);
        step += static_cast<std::int64_t>(count / batch);
        at = (at + count) % images.size();
    }
    return MeasuredRate{setup.deviceId, setup.network, setup.spec.batchSize, executor->plan().flops.training(),
        static_cast<double>(timedSteps * batch) / seconds, 0};
}

} // namespace kernelscope
