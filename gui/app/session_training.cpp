// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_state.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace kernelscope {
namespace {

/// Short enough to be read out in a classroom.
std::uint64_t drawSeed() {
    return QRandomGenerator::global()->bounded(1u, 1'000'000u);
}

} // namespace

void Session::train(RunSource::Begin begin) {
    if (!canEdit() || !m->data)
        return;
    if (m->record && !m->keepsSeed && !m->seedIsChosen) {
        m->spec.seed = drawSeed();
        emit specChanged();
    }
    m->begin(begin);
}

void Session::setCheckpointFile(const QString& path) {
    m->checkpointFile = path;
}

bool Session::keepsCheckpoint() const {
    return m->keepsCheckpoint;
}

bool Session::continuesRun() const {
    return m->continues;
}

void Session::continueRun(const CheckpointPtr& checkpoint) {
    if (!canEdit())
        return;
    const RunRecord& record = checkpoint->record;
    if (record.network != *m->network && !m->takeNetwork(record.network))
        return;
    auto weights = std::make_shared<Snapshot>();
    weights->step = checkpoint->step();
    weights->parameters = checkpoint->parameters;
    weights->state = checkpoint->state;
    m->showSnapshot(std::move(weights), Origin::Live);
    m->spec = record.spec;
    emit specChanged();
    const QString device = QString::fromStdString(record.device.id);
    const auto isThisDevice = [&](const DeviceEntry& entry) { return entry.info.id == record.device.id; };
    const auto found = std::find_if(m->devices.begin(), m->devices.end(), isThisDevice);
    if (m->devices.empty() || (found != m->devices.end() && found->usable()))
        setDeviceId(device);
    m->continued = checkpoint;
    const QString source = QString::fromStdString(record.data.source);
    if (m->data && m->data->info().source == record.data.source)
        m->continueNow();
    else
        m->requestData(source);
}

void Session::Private::continueNow() {
    const CheckpointPtr checkpoint = std::exchange(continued, nullptr);
    if (!checkpoint || !session->canEdit())
        return;
    leaveOpening();
    RunSetup wanted = resumeSetup(checkpoint, deviceId.toStdString(), data);
    wanted.files.checkpoint = checkpointFile.toStdString();
    seedIsChosen = false;
    keepsCheckpoint = !checkpointFile.isEmpty();
    continues = true;
    controller.start(wanted);
}

bool Session::canTrainSameWeights() const {
    return canEdit() && m->record && m->data && m->record->network == *m->network &&
           m->record->data.shape == m->data->info().shape;
}

void Session::trainSameWeights() {
    if (!canTrainSameWeights())
        return;
    const TrainingSpec& last = m->record->spec;
    TrainingSpec spec = m->spec;
    spec.seed = last.seed;
    spec.batchSize = last.batchSize;
    spec.trainSamples = std::min(last.trainSamples, m->data->info().trainCount);
    if (spec != m->spec) {
        m->spec = spec;
        emit specChanged();
    }
    m->begin(RunSource::Begin::Running);
}

void Session::measureEpoch(const QString& deviceId) {
    if (!canEdit() || !m->data)
        return;
    m->leaveOpening();
    RunSetup setup = m->setup();
    setup.files = {}; // a measurement is nothing to go on with
    m->keepsCheckpoint = false;
    setup.spec.epochs = 1;
    setup.deviceId = deviceId.toStdString();
    m->controller.start(setup);
}

RunSetup Session::Private::setup() const {
    RunSetup setup{*network, spec, deviceId.toStdString(), data};
    setup.files.checkpoint = checkpointFile.toStdString();
    return setup;
}

void Session::Private::begin(RunSource::Begin how) {
    leaveOpening();
    seedIsChosen = false;
    keepsCheckpoint = !checkpointFile.isEmpty();
    continues = false;
    controller.start(setup(), how);
}

void Session::Private::connectRun() {
    connect(&controller, &RunSource::started, session, [this](const RunRecord& begun) { onStarted(begun); });
    connect(&controller, &RunSource::stepsArrived, session, [this](const std::vector<StepPoint>& points) {
        record->steps.insert(record->steps.end(), points.begin(), points.end());
    });
    connect(&controller, &RunSource::epochArrived, session,
        [this](const EpochResult& epoch) { record->epochs.push_back(epoch); });
    connect(&controller, &RunSource::predictionsArrived, session, [this](const EpochPredictionsPtr& arrived) {
        predictions.epochs.add(arrived);
        emit session->predictionsChanged();
    });
    connect(&controller, &RunSource::eventArrived, session,
        [this](const RunEvent& event) { record->events.push_back(event); });
    connect(&controller, &RunSource::warned, session,
        [this](const QString& message) { emit session->told(Session::tr("A note on the run."), message); });
    connect(&controller, &RunSource::snapshotArrived, session,
        [this](const SnapshotPtr& arrived) { showWhenThawed(arrived, Origin::Live); });
    connect(&controller, &RunSource::stateChanged, session, [this] { updateFrozen(); });
    connect(&controller, &RunSource::finished, session, [this](const RunResultPtr& result) { onFinished(result); });
    connect(&controller, &RunSource::failed, session, [this](const QString& message) {
        emit session->failed(Session::tr("The training ended with an error"), message, FailureSubject::Run);
        findDevicesAgain();
    });
}

void Session::Private::onStarted(const RunRecord& begun) {
    record = begun;
    currentRun = 0;
    if (ownNumber == 0)
        ownNumber = nextNumber++; // now: a record that is opened meanwhile takes another
    predictions = {ownNumber, data, PredictionHistory()};
    emit session->currentRecordChanged();
    emit session->predictionsChanged();
    chooseGhosts(); // which of them are drawn depends on the run on show
}

void Session::Private::onFinished(const RunResultPtr& result) {
    record = result->record;
    if (!result->record.steps.empty()) {
        currentRun = std::exchange(ownNumber, 0);
        runs.push_back({currentRun, result});
        showWhenThawed(result->weights, Origin::Final);
        emit session->runsChanged();
        chooseGhosts();
    }
    if (!result->record.message.empty() && !endedAsPlanned(result->record.stop))
        emit session->failed(
            Session::tr("The training stopped"), QString::fromStdString(result->record.message), FailureSubject::Run);
    if (result->record.stop == StopReason::Failed)
        findDevicesAgain();
}

} // namespace kernelscope
