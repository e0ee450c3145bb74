// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include "app/session_state.h"
#include "app/shipped_network.h"
#include "base/error.h"
#include "files/safetensors.h"

#include <limits>
#include <utility>

namespace kernelscope {

Session::Session(QObject* parent) : QObject(parent), m(std::make_unique<Private>(this)) {
    m->connectRun();
    connect(&m->probe, &ProbeService::finished, this, [this](const ProbeResultPtr& result) {
        m->probeResult = result;
        emit probeChanged();
    });
    connect(&m->probe, &ProbeService::failed, this,
        [this](const QString& message) { emit failed(tr("Cannot look through the network"), message); });
    connect(&m->dataJob, &BackgroundJob::done, this, [this] { m->onOpened(); });
    connect(&m->dataJob, &BackgroundJob::failed, this, [this](const QString& message) { m->onNotOpened(message); });
    connect(&m->weightsJob, &BackgroundJob::done, this, [this] { m->onWeightsDrawn(); });
    connect(&m->weightsJob, &BackgroundJob::failed, this,
        [this](const QString& message) { emit failed(tr("Cannot draw first weights"), message); });
    m->findDevices();
    m->takeBuiltIn(QString::fromLatin1(kDigitsSource));

    if (const std::optional<WeightsFile> shipped = shippedNetwork()) {
        m->network = std::make_shared<const Network>(shipped->network);
        m->plan = compile(shipped->network, Fusion::Off);
        auto weights = std::make_shared<Snapshot>();
        weights->parameters = shipped->parameters;
        weights->state = shipped->state;
        m->showSnapshot(std::move(weights), Origin::Shipped);
    } else {
        m->network = std::make_shared<const Network>(preset(presetNames().front()));
        m->plan = compile(*m->network, Fusion::Off);
        m->showFirstWeights();
    }
}

Session::~Session() {
    if (m->progress)
        m->progress->cancel(); // a window that closes does not wait for a file of gigabytes
}

bool Session::canEdit() const {
    return !m->controller.isBusy();
}

const Network& Session::network() const {
    return *m->network;
}

const Plan& Session::plan() const {
    return m->plan;
}

const TrainingSpec& Session::spec() const {
    return m->spec;
}

const QString& Session::deviceId() const {
    return m->deviceId;
}

const QString& Session::dataSource() const {
    return m->dataSource;
}

DataSetPtr Session::data() const {
    return m->data;
}

bool Session::dataFits() const {
    return m->data && m->data->info().shape == m->network->input && m->data->info().classes == m->plan.classes;
}

void Session::setNetwork(const Network& network) {
    if (!canEdit() || network == *m->network)
        return;
    if (m->takeNetwork(network))
        m->showFirstWeights();
}

bool Session::Private::takeNetwork(const Network& wanted) {
    try {
        plan = compile(wanted, Fusion::Off);
    } catch (const Error& error) {
        emit session->failed(Session::tr("This network cannot be built"), QString::fromStdString(error.what()));
        return false;
    }
    network = std::make_shared<const Network>(wanted);
    probe.cancel();
    probeResult.reset();
    snapshot.reset();
    selectedLayer = 0;
    const bool forgetsPicture = picture && picture->shape != wanted.input;
    if (forgetsPicture)
        picture.reset();
    emit session->networkChanged();
    emit session->selectedLayerChanged();
    if (forgetsPicture)
        emit session->sampleChanged();
    emit session->probeChanged();
    return true;
}

void Session::setSpec(const TrainingSpec& spec) {
    TrainingSpec wanted = spec;
    if (!canEdit()) {
        wanted = m->spec;
        wanted.optimizer.learningRate = spec.optimizer.learningRate;
    }
    if (wanted == m->spec)
        return;
    try {
        validate(wanted, m->data ? m->data->info().trainCount : std::numeric_limits<std::size_t>::max());
    } catch (const Error& error) {
        emit failed(tr("This setting is not possible"), QString::fromStdString(error.what()));
        emit specChanged(); // so that the form shows again what holds
        return;
    }
    const bool newSeed = wanted.seed != m->spec.seed;
    if (newSeed)
        chooseSeed();
    m->spec = wanted;
    if (!canEdit())
        m->controller.setLearningRate(wanted.optimizer.learningRate);
    else if (newSeed && m->origin == Origin::First)
        m->showFirstWeights();
    emit specChanged();
}

void Session::setDeviceId(const QString& id) {
    if (!canEdit() || id == m->deviceId)
        return;
    m->deviceId = id;
    emit deviceIdChanged();
}

bool Session::keepsSeed() const {
    return m->keepsSeed;
}

void Session::setKeepsSeed(bool keeps) {
    if (keeps == m->keepsSeed)
        return;
    m->keepsSeed = keeps;
    emit specChanged();
}

bool Session::isArticleSetup() const {
    if (!m->data)
        return false;
    TrainingSpec spec = m->spec;
    spec.seed = TrainingSpec().seed;
    const DataInfo& info = m->data->info();
    // The built-in digits have MNIST's measures and stand in for it.
    const bool isArticleData = m->dataSource == QLatin1String(kDigitsSource) || info.name == "MNIST";
    return isArticleData && *m->network == preset("classic") && spec == TrainingSpec() &&
           info.shape == Shape{1, 28, 28} && info.classes == 10 && info.trainCount == 60'000 &&
           info.testCount == 10'000;
}

const std::vector<DeviceEntry>& Session::devices() const {
    return m->devices;
}

RunSource& Session::run() {
    return m->controller;
}

void Session::chooseSeed() {
    m->seedIsChosen = true;
}

void Session::Private::findDevicesAgain() {
    if (deviceJob.isRunning())
        return;
    foundDevices = std::make_shared<std::vector<DeviceEntry>>();
    deviceJob.start([place = foundDevices] { *place = listDevices(); });
}

void Session::Private::findDevices() {
    connect(&deviceJob, &BackgroundJob::done, session, [this] {
        devices = std::move(*foundDevices);
        emit session->devicesChanged();
        leaveMissingDevice();
    });
    connect(&deviceJob, &BackgroundJob::failed, session,
        [this](const QString& message) { emit session->failed(Session::tr("Cannot list the devices"), message); });
    findDevicesAgain();
}

void Session::Private::leaveMissingDevice() {
    if (controller.isBusy() || deviceId.startsWith(QLatin1String("cpu")) || deviceId == QLatin1String("reference"))
        return;
    for (const DeviceEntry& entry : devices)
        if (entry.usable() && entry.info.id == deviceId.toStdString())
            return;
    const QString missing = std::exchange(deviceId, QStringLiteral("cpu"));
    emit session->deviceIdChanged();
    emit session->told(Session::tr("The device %1 cannot be used now.").arg(missing),
        Session::tr("The CPU is chosen instead; the list of devices says why."));
}

} // namespace kernelscope
