// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/check_groups.h"
#include "check/scaled_difference.h"
#include "training/optimizer.h"

#include <cmath>
#include <limits>

namespace kernelscope::check {
namespace {

/// Arrays that decay and arrays that do not.
Network smallNetwork() {
    return {"small", {2, 9, 8},
        {Conv{5, 3, 1, 0}, BatchNorm{}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{},
            Dense{4}}};
}

/// Five steps: what each makes of parameters and moments must follow from the gradients that the device itself found,
/// so that these may be as coarse as the device's precision.
std::vector<CheckFigure> compareUpdates(OptimizerKind kind, const Backend& backend) {
    TrainingSpec spec;
    spec.optimizer.kind = kind;
    spec.optimizer.weightDecay = 0.2f; // strong enough that its absence would be seen
    spec.batchSize = 8;
    const Plan plan = compile(smallNetwork(), Fusion::Off);
    const DataSetPtr data = randomImages(plan.network.input, plan.classes, 40, 1);
    const std::unique_ptr<Executor> executor = loadForTraining(backend, plan.network, data, spec);
    const std::vector<std::uint32_t> samples = firstSamples(40);

    std::vector<float> parameters = contentsOf(*executor, Arena::Parameters);
    std::vector<float> moments(momentsPerParameter(kind) * parameters.size());
    for (std::int64_t step = 1; step <= 5; ++step) {
        const float rate = step < 3 ? 0.01f : 0.003f; // the learning rate may change while it runs
        trainOn(*executor, std::span(samples).subspan(8 * static_cast<std::size_t>(step - 1), 8), 8, step, rate);
        const std::vector<float> gradients = contentsOf(*executor, Arena::Gradients);
        const UpdateConstants constants = updateConstants(spec.optimizer, rate, step);
        for (const ParameterInfo& parameter : plan.parameters) {
            const UpdateConstants own = isDecayed(parameter.shape) ? constants : withoutDecay(constants);
            for (std::size_t i = parameter.slice.offset; i < parameter.slice.offset + parameter.slice.size; ++i)
                updateParameter(own, gradients.at(i), parameters[i], moments.empty() ? nullptr : &moments[i],
                    moments.size() > parameters.size() ? &moments[parameters.size() + i] : nullptr);
        }
    }
    // A few roundings a step, which devices may take in another order.
    constexpr double tolerance = 2e-6;
    std::vector<CheckFigure> figures{
        {"parameters", scaledDifference(parameters, contentsOf(*executor, Arena::Parameters)), tolerance}};
    if (!moments.empty())
        figures.push_back({"moments", scaledDifference(moments, contentsOf(*executor, Arena::Moments), 1e-6), 1e-5});
    return figures;
}

/// From a loss that is not finite on, nothing changes any more, until parameters are written anew.
std::vector<CheckFigure> compareAfterNonFinite(const Backend& backend) {
    TrainingSpec spec;
    spec.batchSize = 8;
    const Network network = smallNetwork();
    const DataSetPtr data = randomImages(network.input, 4, 24, 1);
    const std::unique_ptr<Executor> executor = loadForTraining(backend, network, data, spec);
    const std::vector<float> good = contentsOf(*executor, Arena::Parameters);
    std::vector<float> poisoned = good;
    poisoned[0] = std::numeric_limits<float>::quiet_NaN();
    executor->write(Arena::Parameters, poisoned);
    const std::vector<float> state = contentsOf(*executor, Arena::State);
    const std::vector<float> moments = contentsOf(*executor, Arena::Moments);
    trainOn(*executor, firstSamples(24), 8, 5, 0.01f);
    const Metrics metrics = executor->drainMetrics();
    const auto count = [](std::size_t differing) { return static_cast<double>(differing); };
    std::vector<CheckFigure> figures{
        {"first step that is not finite", std::abs(static_cast<double>(metrics.nonFiniteStep.value_or(0) - 5)), 0},
        {"parameters that changed", count(differingValues(poisoned, contentsOf(*executor, Arena::Parameters))), 0},
        {"running statistics that changed", count(differingValues(state, contentsOf(*executor, Arena::State))), 0},
        {"moments that changed", count(differingValues(moments, contentsOf(*executor, Arena::Moments))), 0},
    };
    executor->write(Arena::Parameters, good);
    trainOn(*executor, firstSamples(8), 8, 8, 0.01f);
    const bool goesOn = differingValues(good, contentsOf(*executor, Arena::Parameters)) > 0;
    figures.push_back({"steps that were refused after new parameters", goesOn ? 0.0 : 1.0, 0});
    return figures;
}

} // namespace

std::vector<CheckCase> updateChecks() {
    std::vector<CheckCase> cases;
    for (const OptimizerKind kind : allOptimizers)
        cases.push_back(
            {"updates", name(kind), [kind](const Backend& backend) { return compareUpdates(kind, backend); }});
    cases.push_back({"updates", "none after a loss that is not finite", compareAfterNonFinite});
    return cases;
}

} // namespace kernelscope::check
