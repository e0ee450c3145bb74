// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/trainer.h"

#include "base/error.h"
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
    if (!m_setup.resume)
        return;
    const RunRecord& record = m_setup.resume->record;
    if (record.network != m_setup.network || record.spec != m_setup.spec)
        throw Error(
            {"Cannot continue the run with", record.network.name == m_setup.network.name ? "" : m_setup.network.name,
                record.network != m_setup.network ? "another network" : "other hyperparameters",
                "those that it began with", "Begin a new run instead."});
    requireSameData(*m_setup.resume, *m_setup.data);
}

RunResult Trainer::run(RunControl& control, RunObserver& observer) {
    const Checkpoint* resume = m_setup.resume.get();
    RunRecord record;
    if (resume)
        record = resume->record;
    else
        record.date = utcNow();
    record.network = m_setup.network;
    record.spec = m_setup.spec;
    record.data = m_setup.data->info();
    record.build = buildInfo();

    Stopwatch loading;
    const std::unique_ptr<Backend> backend = openBackend(m_setup.deviceId);
    record.device = backend->device();
    const std::unique_ptr<Executor> executor = backend->load(m_setup.network, m_setup.data, m_setup.spec);
    executor->write(Arena::Parameters, resume ? resume->parameters : initialParameters(m_plan, m_setup.spec.seed));
    executor->write(Arena::State, resume ? resume->state : initialState(m_plan));
    if (resume)
        executor->write(Arena::Moments, resume->moments);
    record.phases.load += loading.seconds();
    if (resume)
        if (const std::string difference = resumeDifference(resume->record.device, record.device); !difference.empty())
            observer.warned(difference);

    return TrainingRun(*executor, m_setup, control, observer, std::move(record), totalSteps()).go();
}

RunSetup resumeSetup(CheckpointPtr checkpoint, std::string deviceId, DataSetPtr data) {
    RunSetup setup;
    setup.network = checkpoint->record.network;
    setup.spec = checkpoint->record.spec;
    setup.deviceId = std::move(deviceId);
    setup.data = std::move(data);
    setup.resume = std::move(checkpoint);
    return setup;
}

std::int64_t Trainer::stepsPerEpoch() const {
    return kernelscope::stepsPerEpoch(m_setup.spec, m_setup.data->info().trainCount);
}

std::int64_t Trainer::totalSteps() const {
    return stepsPerEpoch() * m_setup.spec.epochs;
}

} // namespace kernelscope
