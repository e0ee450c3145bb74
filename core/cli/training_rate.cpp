// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/training_rate.h"

#include "base/error.h"
#include "base/stopwatch.h"
#include "training/fit.h"
#include "training/trainer.h"

#include <algorithm>
#include <ctime>

namespace kernelscope {
namespace {

/// Work that is handed to the device at once, about: long enough that waiting for its end does not count.
constexpr double callSeconds = 0.05;
constexpr std::size_t mostStepsPerCall = 256;
constexpr std::size_t mostImages = 8192;

double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Whole batches of the data's first images, shuffled.
std::vector<std::uint32_t> chooseImages(const DataSet& data, const TrainingSpec& spec) {
    const std::size_t available = data.info().trainCount;
    const auto batch = static_cast<std::size_t>(spec.batchSize);
    if (batch > available)
        throw Error({"Cannot train with the batch", std::to_string(batch), "",
            "1 to " + std::to_string(available) + ", the training images", ""});
    const std::size_t count = std::min(available, std::max(batch, mostImages)) / batch * batch;
    std::vector<std::uint32_t> images = epochOrder(spec.seed, 1, count);
    data.require(Split::Train, images);
    return images;
}

/// An executor that goes round and round some images.
class Treadmill {
public:
    Treadmill(Executor& executor, std::vector<std::uint32_t> images, const TrainingSpec& spec)
        : m_executor(executor),
          m_images(std::move(images)),
          m_batch(static_cast<std::size_t>(spec.batchSize)),
          m_learningRates(mostStepsPerCall, spec.optimizer.learningRate) {}

    /// Trains for about so long; whole calls.
    RateRepeat run(double seconds) {
        const double flopsBefore = m_executor.executedFlops();
        const double processorBefore = processorSeconds();
        const Stopwatch watch;
        RateRepeat repeat;
        do {
            repeat.images += call();
            repeat.seconds = watch.seconds();
        } while (repeat.seconds < seconds);
        repeat.processorSeconds = processorSeconds() - processorBefore;
        repeat.flops = m_executor.executedFlops() - flopsBefore;
        return repeat;
    }

    std::int64_t nextStep() const { return m_step; }
    float loss() const { return m_loss; }
    std::span<const std::uint32_t> firstBatch() const { return std::span(m_images).first(m_batch); }

private:
    /// As many steps as take about callSeconds, as far as the images go; how many images they had.
    std::int64_t call() {
        const std::size_t count = std::min(m_stepsPerCall * m_batch, m_images.size() - m_at);
        const std::size_t steps = count / m_batch;
        const Stopwatch watch;
        m_executor.trainSteps({m_step, std::span(m_images).subspan(m_at, count), static_cast<int>(m_batch),
            std::span(m_learningRates).first(steps)});
        const Metrics metrics = m_executor.drainMetrics();
        const double each = std::max(watch.seconds() / static_cast<double>(steps), 1e-7);
        if (metrics.nonFiniteStep)
            throw Error({"Cannot measure how fast the network trains", "",
                "a loss that is infinite or not a number in step " + std::to_string(*metrics.nonFiniteStep), "",
                "Use other data or another seed."});
        m_loss = metrics.steps.back().loss;
        m_step += static_cast<std::int64_t>(steps);
        m_at = (m_at + count) % m_images.size();
        m_stepsPerCall = std::clamp<std::size_t>(static_cast<std::size_t>(callSeconds / each), 1, mostStepsPerCall);
        return static_cast<std::int64_t>(count);
    }

    Executor& m_executor;
    std::vector<std::uint32_t> m_images;
    std::size_t m_batch;
    std::vector<float> m_learningRates;
    std::size_t m_at = 0;
    std::size_t m_stepsPerCall = 1;
    std::int64_t m_step = 1;
    float m_loss = 0;
};

std::vector<double> sortedRates(const std::vector<RateRepeat>& repeats) {
    std::vector<double> rates;
    for (const RateRepeat& repeat : repeats)
        rates.push_back(repeat.imagesPerSecond());
    std::sort(rates.begin(), rates.end());
    return rates;
}

/// One field of all repeats together.
double total(const std::vector<RateRepeat>& repeats, double RateRepeat::*field) {
    double sum = 0;
    for (const RateRepeat& repeat : repeats)
        sum += repeat.*field;
    return sum;
}

} // namespace

double TrainingRate::medianImagesPerSecond() const {
    const std::vector<double> rates = sortedRates(repeats);
    const std::size_t middle = rates.size() / 2;
    return rates.size() % 2 == 1 ? rates[middle] : (rates[middle - 1] + rates[middle]) / 2;
}

double TrainingRate::leastImagesPerSecond() const {
    return sortedRates(repeats).front();
}

double TrainingRate::mostImagesPerSecond() const {
    return sortedRates(repeats).back();
}

double TrainingRate::processorShare() const {
    return total(repeats, &RateRepeat::processorSeconds) / total(repeats, &RateRepeat::seconds);
}

double TrainingRate::executedFlopsPerImage() const {
    return total(repeats, &RateRepeat::flops) / static_cast<double>(steps * batchSize);
}

TrainingRate measureTrainingRate(const Backend& backend, const Network& network, const DataSetPtr& data,
    const TrainingSpec& spec, const RateBudget& budget) {
    const Plan plan = compile(network);
    requireFit(plan, data->info());
    validate(spec, data->info().trainCount);
    std::vector<std::uint32_t> images = chooseImages(*data, spec);
    const std::unique_ptr<Executor> executor = backend.load(network, data, spec);
    executor->write(Arena::Parameters, initialParameters(executor->plan(), spec.seed));
    executor->write(Arena::State, initialState(executor->plan()));

    TrainingRate rate;
    rate.device = backend.device();
    rate.batchSize = spec.batchSize;
    rate.distinctImages = images.size();
    rate.denseFlops = plan.flops.training();
    Treadmill treadmill(*executor, std::move(images), spec);
    rate.warmUpSeconds = treadmill.run(budget.warmUp).seconds;
    const std::int64_t warmUpSteps = treadmill.nextStep();
    for (int i = 0; i < budget.repeats; ++i)
        rate.repeats.push_back(treadmill.run(budget.seconds / budget.repeats));
    rate.steps = treadmill.nextStep() - warmUpSteps;
    rate.loss = treadmill.loss();
    rate.profile = profileSteps(
        *executor, backend.device(), treadmill.firstBatch(), treadmill.nextStep(), spec.optimizer.learningRate);
    return rate;
}

} // namespace kernelscope
