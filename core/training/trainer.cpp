// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/trainer.h"

#include "base/stopwatch.h"
#include "devices/devices.h"
#include "training/fit.h"
#include "training/training_run.h"

namespace kernelscope {

Trainer::Trainer(RunSetup setup) : m_setup(std::move(setup)), m_plan(compile(m_setup.network)) {
    validate(m_setup.spec, m_setup.data->info().trainCount);
    requireFit(m_plan, m_setup.data->info());
    requireBatches(m_plan, m_setup.spec, m_setup.data->info().trainCount);
    requireTest(m_setup.spec.stopping, m_setup.data->info());
}

RunResult Trainer::run(RunControl& control, RunObserver& observer) {
    RunRecord record;
    record.network = m_setup.network;
    record.spec = m_setup.spec;
    record.data = m_setup.data->info();
    record.build = buildInfo();
    record.date = utcNow();

    Stopwatch loading;
    const std::unique_ptr<Backend> backend = openBackend(m_setup.deviceId);
    record.device = backend->device();
    const std::unique_ptr<Executor> executor = backend->load(m_setup.network, m_setup.data, m_setup.spec);
    executor->write(Arena::Parameters, initialParameters(m_plan, m_setup.spec.seed));
    executor->write(Arena::State, initialState(m_plan));
    record.phases.load = loading.seconds();

    return TrainingRun(*executor, m_setup, control, observer, std::move(record), totalSteps()).go();
}

std::int64_t Trainer::stepsPerEpoch() const {
    const std::size_t all = m_setup.data->info().trainCount;
    const auto samples = static_cast<std::int64_t>(m_setup.spec.trainSamples ? m_setup.spec.trainSamples : all);
    return (samples + m_setup.spec.batchSize - 1) / m_setup.spec.batchSize;
}

std::int64_t Trainer::totalSteps() const {
    return stepsPerEpoch() * m_setup.spec.epochs;
}

} // namespace kernelscope
