// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/check_groups.h"
#include "data/digits/digit_set.h"
#include "reference/reference_backend.h"
#include "training/trainer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace kernelscope::check {
namespace {

/// A short run of a preset.
struct ShortRun {
    const char* network;
    int batch;
    int steps;
    OptimizerKind optimizer = OptimizerKind::Adam;
};

/// Nobody else's: the check needs a few hundred digits, not all that the program makes.
DataSetPtr digitsFor(const Network& network, std::size_t count) {
    const DigitStyle style = network.input.channels == 1 ? DigitStyle::Grey : DigitStyle::Color;
    auto digits = std::make_shared<const DigitSet>(1, 0, DigitSet::Counts{count, 1}, style);
    digits->require(Split::Train, firstSamples(count));
    digits->require(Split::Test, firstSamples(1));
    return digits;
}

std::vector<StepMetrics> losses(
    const ShortRun& run, const Network& network, const DataSetPtr& data, const Backend& backend) {
    TrainingSpec spec;
    spec.batchSize = run.batch;
    spec.optimizer.kind = run.optimizer;
    const std::unique_ptr<Executor> executor = loadForTraining(backend, network, data, spec);
    const std::vector<std::uint32_t> order = epochOrder(spec.seed, 1, data->info().trainCount);
    // In stretches, as a trainer does it.
    constexpr int stretch = 5;
    std::vector<StepMetrics> metrics;
    for (int step = 0; step < run.steps; step += stretch) {
        const auto first = static_cast<std::size_t>(step * run.batch);
        const auto count = static_cast<std::size_t>(std::min(stretch, run.steps - step) * run.batch);
        trainOn(*executor, std::span(order).subspan(first, count), run.batch, step + 1, spec.optimizer.learningRate);
        const std::vector<StepMetrics> made = executor->drainMetrics().steps;
        std::copy(made.begin(), made.end(), std::back_inserter(metrics));
    }
    return metrics;
}

std::vector<CheckFigure> compareRuns(const ShortRun& run, const Backend& backend) {
    const Tolerance tolerance = toleranceOf(backend.device().precision);
    const Network network = preset(run.network);
    const DataSetPtr data = digitsFor(network, static_cast<std::size_t>(run.batch * run.steps));
    const std::vector<StepMetrics> expected = losses(run, network, data, ReferenceBackend());
    const std::vector<StepMetrics> found = losses(run, network, data, backend);
    double early = 0;
    double late = 0;
    std::size_t wrong = expected.size() == found.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
        wrong += expected[i].step != found[i].step || expected[i].count != found[i].count;
        const double loss = static_cast<double>(expected[i].loss);
        double apart = std::abs(loss - static_cast<double>(found[i].loss)) / std::max(loss, 0.1);
        if (!std::isfinite(apart))
            apart = std::numeric_limits<double>::infinity();
        double& greatest = i < 20 ? early : late;
        greatest = std::max(greatest, apart);
    }
    std::vector<CheckFigure> figures{{"steps that are missing or miscounted", static_cast<double>(wrong), 0},
        {"loss up to step 20", early, tolerance.early}};
    if (run.steps > 20)
        figures.push_back({"loss up to step " + std::to_string(run.steps), late, tolerance.late});
    return figures;
}

/// Everything whose order of summation could change from run to run.
Network regularized() {
    return {"regularized", {1, 28, 28},
        {Conv{5, 3, 2, Padding::same()}, BatchNorm{}, Activation{ActivationKind::LeakyRelu, 0.1f},
            Pool{PoolKind::Max, 2, 2}, Dropout{0.3f}, Flatten{}, Dense{12}, BatchNorm{},
            Activation{ActivationKind::Relu}, Dropout{0.5f}, Dense{10}}};
}

/// What a run leaves must not depend on when it runs, nor on how its steps are handed over.
std::vector<CheckFigure> compareRepetition(const Network& network, const Backend& backend) {
    TrainingSpec spec;
    spec.batchSize = 32;
    const DataSetPtr data = randomImages(network.input, 10, 150, 1);
    const std::vector<std::uint32_t> samples = firstSamples(150); // the fifth step is a partial batch
    const auto train = [&](int stretch) {
        const std::unique_ptr<Executor> executor = loadForTraining(backend, network, data, spec);
        for (int step = 0; step < 5; step += stretch) {
            const auto first = static_cast<std::size_t>(32 * step);
            const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(32 * stretch), 150 - first);
            trainOn(*executor, std::span(samples).subspan(first, count), 32, step + 1, 1e-3f);
        }
        std::vector<float> all;
        for (const Arena arena : {Arena::Parameters, Arena::State, Arena::Moments, Arena::Gradients}) {
            const std::vector<float> values = contentsOf(*executor, arena);
            all.insert(all.end(), values.begin(), values.end());
        }
        return all;
    };
    const std::vector<float> first = train(5);
    return {{"values that differ the second time", static_cast<double>(differingValues(first, train(5))), 0},
        {"values that differ when it goes step by step", static_cast<double>(differingValues(first, train(1))), 0}};
}

} // namespace

std::vector<CheckCase> trainingChecks() {
    std::vector<CheckCase> cases;
    // Adam divides by the gradients' size: where they are nothing but rounding, as those of biases in front of batch
    // norm, the first steps are matters of chance. And batch norm over a dense layer's four values makes every step's
    // rounding grow tenfold at the usual learning rates. Small plain steps keep runs of deep together.
    for (const ShortRun run : {ShortRun{"tiny", 32, 50}, ShortRun{"classic", 4, 50}, ShortRun{"lenet-5", 4, 50},
             ShortRun{"deep", 4, 10, OptimizerKind::Sgd}})
        cases.push_back({"training", run.network, [run](const Backend& backend) { return compareRuns(run, backend); }});
    return cases;
}

std::vector<CheckCase> repetitionChecks() {
    std::vector<CheckCase> cases;
    for (const Network& network : {preset("classic"), preset("tiny"), regularized()})
        cases.push_back({"repetition", network.name,
            [network](const Backend& backend) { return compareRepetition(network, backend); }});
    return cases;
}

} // namespace kernelscope::check
