// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include "app/background_job.h"
#include "app/shipped_network.h"
#include "base/error.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "probe/probe_service.h"
#include "run/training_controller.h"

#include <QFileInfo>
#include <QLocale>
#include <QRandomGenerator>

#include <algorithm>
#include <limits>
#include <utility>

namespace kernelscope {
namespace {

/// First weights of more values than this are drawn in a thread: a hundred million take a second.
constexpr std::size_t mostDrawnAtOnce = 400'000;

/// As many as a person looks through.
constexpr int mostRecentData = 8;

bool isBuiltIn(const QString& source) {
    return source == QLatin1String(kDigitsSource) || source == QLatin1String(kColorDigitsSource);
}

SnapshotPtr firstWeights(const Plan& plan, std::uint64_t seed) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->parameters = initialParameters(plan, seed);
    snapshot->state = initialState(plan);
    return snapshot;
}

/// Short enough to be read out in a classroom.
std::uint64_t drawSeed() {
    return QRandomGenerator::global()->bounded(1u, 1'000'000u);
}

} // namespace

/// Where the parameters on show come from.
enum class Origin { Shipped, First, Live, Final, File };

struct Session::Private {
    explicit Private(Session* owner) : session(owner) {}

    void showSnapshot(SnapshotPtr newSnapshot, Origin newOrigin);
    void showWhenThawed(SnapshotPtr newSnapshot, Origin newOrigin);
    void updateFrozen();
    void showFirstWeights();
    /// Everything that a new network takes with it, but no weights. False, told through failed(), where it does not
    /// compile.
    bool takeNetwork(const Network& wanted);
    void onWeightsDrawn();
    QString titleOf(const Snapshot& of, Origin from) const;
    void look();
    void take(DataSetPtr opened);
    void takeBuiltIn(const QString& source);
    void onOpened();
    void onNotOpened(const QString& message);
    void openNext();
    void requestData(const QString& source);
    void onStarted(const RunRecord& begun);
    void onFinished(const RunResultPtr& result);
    void chooseGhosts();
    /// Lets the oldest go where there are too many. @param kept stays.
    void limitGhosts(int kept);
    void continueNow();
    RunSetup setup() const;
    void begin(RunSource::Begin how);
    /// A run has the data that is here when it begins: what is still being opened would only come when it is over.
    void leaveOpening();
    void connectRun();
    void findDevices();
    /// Looks again: a device may have been lost.
    void findDevicesAgain();
    /// A GPU that an earlier start used and that is not there any more.
    void leaveMissingDevice();

    Session* session;
    std::shared_ptr<const Network> network;
    Plan plan;
    TrainingSpec spec;
    QString deviceId = QStringLiteral("cpu");
    QString dataSource = QString::fromLatin1(kDigitsSource);
    DataSetPtr data;
    bool keepsSeed = false;
    bool seedIsChosen = false; ///< Since the last run began.
    std::vector<DeviceEntry> devices;

    std::optional<RunRecord> record;
    RunPredictions predictions;
    std::vector<FinishedRun> runs;
    int nextNumber = 1;
    int ownNumber = 0; ///< Kept for the run that goes on, or for the next where that made no step.
    int currentRun = 0;
    std::set<int> ghosts;
    std::set<int> chosenGhosts; ///< Runs about which people decided, either way.
    QString checkpointFile;
    bool keepsCheckpoint = false;
    bool continues = false;
    CheckpointPtr continued; ///< Begins when its data is open.
    QString fileName;        ///< Of the weights on show, if they are a file's.

    int selectedLayer = 0;
    std::size_t sample = 0;
    std::shared_ptr<const Tensor> picture; ///< Looked at instead of the sample, if not null.
    QString pictureTitle;
    int pictureLabel = -1;
    SnapshotPtr snapshot;
    Origin origin = Origin::First;
    QString snapshotTitle;
    ProbeResultPtr probeResult;

    Pace pace = Pace::Watch;
    bool isMeasuring = false;
    bool viewsFrozen = false;
    SnapshotPtr waiting; ///< Arrived while views were frozen.
    Origin waitingOrigin = Origin::Live;

    /// Counts what was put on show, or asked to be: first weights are not shown when something else came since.
    std::uint64_t shown = 0;
    std::uint64_t askedFor = 0; ///< `shown` when first weights were last asked for.
    std::uint64_t drawnFor = 0; ///< `askedFor` when the drawing began.
    std::shared_ptr<SnapshotPtr> drawn;

    QString openingSource; ///< What the job opens.
    QString nextSource;    ///< What was asked for meanwhile.
    std::shared_ptr<DataSetPtr> opened;
    std::shared_ptr<OpenProgress> progress; ///< Of what the job opens.
    QStringList recentData;
    std::shared_ptr<std::vector<DeviceEntry>> foundDevices;

    // Last, so that their threads end before anything else goes.
    ProbeService probe;
    BackgroundJob dataJob;
    BackgroundJob deviceJob;
    BackgroundJob weightsJob;
    TrainingController controller;
};

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

void Session::showWeights(const WeightsFile& weights, const QString& name) {
    if (!canEdit() || (weights.network != *m->network && !m->takeNetwork(weights.network)))
        return;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->parameters = weights.parameters;
    snapshot->state = weights.state;
    m->fileName = name;
    m->showSnapshot(std::move(snapshot), Origin::File);
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

void Session::openData(const QString& source) {
    if (!canEdit())
        return;
    m->continued.reset(); // other data is wanted than that of the run
    m->requestData(source);
}

void Session::Private::requestData(const QString& source) {
    nextSource = source;
    if (dataJob.isRunning())
        progress->cancel();
    else
        openNext();
}

const QString& Session::openingSource() const {
    return m->nextSource.isEmpty() ? m->openingSource : m->nextSource;
}

double Session::openingFraction() const {
    return m->progress && m->nextSource.isEmpty() ? m->progress->fraction() : 0;
}

const QStringList& Session::recentData() const {
    return m->recentData;
}

void Session::setRecentData(const QStringList& paths) {
    for (const QString& path : paths)
        if (!m->recentData.contains(path) && m->recentData.size() < mostRecentData)
            m->recentData << path;
}

void Session::cancelOpening() {
    m->nextSource.clear();
    m->continued.reset();
    if (m->progress)
        m->progress->cancel();
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

Session::Pace Session::pace() const {
    return m->pace;
}

void Session::setPace(Pace pace) {
    if (pace == m->pace)
        return;
    m->pace = pace;
    emit paceChanged();
    m->updateFrozen();
}

void Session::setMeasuring(bool measuring) {
    m->isMeasuring = measuring;
    m->updateFrozen();
}

bool Session::isMeasuring() const {
    return m->isMeasuring;
}

bool Session::areViewsFrozen() const {
    return m->viewsFrozen;
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

bool Session::finishRun(std::chrono::milliseconds patience) {
    return m->controller.stopAndWait(patience);
}

const RunRecord* Session::currentRecord() const {
    return m->record ? &*m->record : nullptr;
}

const RunPredictions& Session::predictions() const {
    return m->predictions;
}

const std::vector<FinishedRun>& Session::runs() const {
    return m->runs;
}

void Session::removeRun(int number) {
    if (std::erase_if(m->runs, [number](const FinishedRun& run) { return run.number == number; }) == 0)
        return;
    const bool wasGhost = m->ghosts.erase(number) > 0;
    emit runsChanged();
    if (wasGhost)
        emit ghostsChanged();
}

int Session::addRun(const RunRecord& record, const QString& file, SnapshotPtr weights) {
    auto result = std::make_shared<const RunResult>(RunResult{record, std::move(weights)});
    const auto known =
        std::find_if(m->runs.begin(), m->runs.end(), [&](const FinishedRun& run) { return run.file == file; });
    const int number = known != m->runs.end() ? known->number : m->nextNumber++;
    if (known != m->runs.end()) {
        known->result = std::move(result);
    } else {
        m->runs.push_back({number, std::move(result), file});
        m->ghosts.insert(number); // whoever opens a record wants to see it
        m->chosenGhosts.insert(number);
        m->limitGhosts(number);
    }
    emit runsChanged();
    emit ghostsChanged();
    return number;
}

int Session::currentRun() const {
    return m->currentRun;
}

const std::set<int>& Session::ghosts() const {
    return m->ghosts;
}

void Session::setGhost(int number, bool isGhost) {
    m->chosenGhosts.insert(number);
    const bool changed = isGhost ? m->ghosts.insert(number).second : m->ghosts.erase(number) > 0;
    if (!changed)
        return;
    m->limitGhosts(number);
    emit ghostsChanged();
}

int Session::selectedLayer() const {
    return m->selectedLayer;
}

void Session::selectLayer(int layer) {
    if (layer < 0 || layer >= static_cast<int>(m->network->layers.size()) || layer == m->selectedLayer)
        return;
    m->selectedLayer = layer;
    emit selectedLayerChanged();
}

std::size_t Session::sample() const {
    return m->sample;
}

void Session::setSample(std::size_t index) {
    if (!m->data || index >= m->data->info().testCount || (index == m->sample && !m->picture))
        return;
    m->sample = index;
    m->picture.reset();
    emit sampleChanged();
    m->look();
}

SnapshotPtr Session::latestWeights() const {
    return m->waiting ? m->waiting : m->snapshot;
}

void Session::lookAt(const Tensor& picture, const QString& title, int label) {
    if (picture.shape != m->network->input || picture.values.size() != picture.shape.size())
        return;
    m->picture = std::make_shared<const Tensor>(picture);
    m->pictureTitle = title;
    m->pictureLabel = label;
    emit sampleChanged();
    m->look();
}

bool Session::looksAtPicture() const {
    return m->picture != nullptr;
}

QString Session::sampleTitle() const {
    return m->picture ? m->pictureTitle : tr("test image %1").arg(QLocale().toString(qulonglong{m->sample} + 1));
}

SnapshotPtr Session::snapshot() const {
    return m->snapshot;
}

const QString& Session::snapshotTitle() const {
    return m->snapshotTitle;
}

ProbeResultPtr Session::probeResult() const {
    return m->probeResult;
}

std::optional<QString> Session::saveRun(
    const FinishedRun& run, const QString& weightsPath, const QString& recordPath) const {
    try {
        const RunResult& result = *run.result;
        if (!weightsPath.isEmpty() && result.weights)
            saveWeights(weightsPath.toStdString(), result);
        if (!recordPath.isEmpty())
            saveRunRecord(recordPath.toStdString(), result.record);
    } catch (const std::exception& error) {
        return QString::fromStdString(error.what());
    }
    return std::nullopt;
}

void Session::Private::showFirstWeights() {
    askedFor = ++shown;
    origin = Origin::First;
    if (plan.parameterCount <= mostDrawnAtOnce) {
        showSnapshot(firstWeights(plan, spec.seed), Origin::First);
        return;
    }
    if (weightsJob.isRunning())
        return; // these are next
    drawnFor = askedFor;
    drawn = std::make_shared<SnapshotPtr>();
    weightsJob.start([place = drawn, of = plan, seed = spec.seed] { *place = firstWeights(of, seed); });
}

void Session::Private::onWeightsDrawn() {
    const std::shared_ptr<SnapshotPtr> done = std::exchange(drawn, nullptr);
    if (shown != askedFor)
        return; // a run's weights are on show by now, or a smaller network's
    if (drawnFor != askedFor)
        showFirstWeights();
    else
        showSnapshot(std::move(*done), Origin::First);
}

void Session::Private::showSnapshot(SnapshotPtr newSnapshot, Origin newOrigin) {
    ++shown;
    waiting.reset();
    snapshot = std::move(newSnapshot);
    origin = newOrigin;
    snapshotTitle = titleOf(*snapshot, origin);
    emit session->snapshotChanged();
    look();
}

void Session::Private::showWhenThawed(SnapshotPtr newSnapshot, Origin newOrigin) {
    if (!viewsFrozen) {
        showSnapshot(std::move(newSnapshot), newOrigin);
        return;
    }
    ++shown; // first weights that are still being drawn come too late
    waiting = std::move(newSnapshot);
    waitingOrigin = newOrigin;
}

void Session::Private::updateFrozen() {
    using State = RunSource::State;
    const State state = controller.state();
    const bool isWorking = state == State::Loading || state == State::Running || state == State::Testing;
    const bool frozen = isMeasuring || (pace == Pace::FullSpeed && isWorking);
    if (frozen == viewsFrozen)
        return;
    viewsFrozen = frozen;
    controller.setViewsFrozen(frozen);
    emit session->viewsFrozenChanged();
    if (!frozen && waiting)
        showSnapshot(std::exchange(waiting, nullptr), waitingOrigin);
}

QString Session::Private::titleOf(const Snapshot& of, Origin from) const {
    const QString step = QLocale().toString(static_cast<qlonglong>(of.step));
    switch (from) {
    case Origin::Shipped:
        return Session::tr("Shipped network");
    case Origin::First:
        return Session::tr("First weights, not trained yet");
    case Origin::File:
        return Session::tr("Weights of %1").arg(fileName);
    case Origin::Live:
        return of.step == 0 ? Session::tr("First weights, not trained yet") : Session::tr("Step %1").arg(step);
    case Origin::Final:
        break;
    }
    return Session::tr("Run %1, step %2").arg(runs.empty() ? 1 : runs.back().number).arg(step);
}

void Session::Private::look() {
    if (picture && snapshot) {
        probe.request({network, snapshot, nullptr, 0, picture, pictureLabel});
        return;
    }
    // What tells other classes apart has no answer to give.
    if (!snapshot || !session->dataFits() || sample >= data->info().testCount) {
        probe.cancel();
        return;
    }
    probe.request({network, snapshot, data, sample, nullptr, -1});
}

void Session::Private::take(DataSetPtr arrived) {
    data = std::move(arrived);
    dataSource = QString::fromStdString(data->info().source);
    if (!isBuiltIn(dataSource)) {
        recentData.removeAll(dataSource);
        recentData.prepend(dataSource);
        recentData = recentData.mid(0, mostRecentData);
    }
    if (spec.trainSamples > data->info().trainCount) {
        spec.trainSamples = 0;
        emit session->specChanged();
    }
    probe.cancel();
    probeResult.reset();
    if (sample >= data->info().testCount) {
        sample = 0;
        emit session->sampleChanged();
    }
    emit session->dataChanged();
    emit session->probeChanged();
    look();
}

void Session::Private::takeBuiltIn(const QString& source) {
    try {
        take(openDataSet(source.toStdString())); // makes itself in the background
    } catch (const std::exception& error) {
        emit session->failed(Session::tr("Cannot make the built-in images"), QString::fromStdString(error.what()));
    }
}

void Session::Private::openNext() {
    if (nextSource.isEmpty() || dataJob.isRunning()) // an answer to failed() may have begun the next
        return;
    openingSource = std::exchange(nextSource, QString());
    emit session->dataLoading(openingSource);
    if (isBuiltIn(openingSource)) {
        takeBuiltIn(std::exchange(openingSource, QString()));
        continueNow();
        return;
    }
    opened = std::make_shared<DataSetPtr>();
    progress = std::make_shared<OpenProgress>();
    dataJob.start([place = opened, watched = progress, path = openingSource.toStdString()] {
        *place = openDataSet(path, watched.get());
    });
}

void Session::Private::onOpened() {
    const std::shared_ptr<DataSetPtr> arrived = std::exchange(opened, nullptr);
    const bool isWanted = !std::exchange(progress, nullptr)->isCancelled();
    openingSource.clear();
    if (isWanted) {
        take(std::move(*arrived));
        continueNow();
    } else if (nextSource.isEmpty())
        emit session->dataCancelled();
    openNext();
}

void Session::Private::onNotOpened(const QString& message) {
    const bool isWanted = !std::exchange(progress, nullptr)->isCancelled();
    openingSource.clear();
    if (isWanted || nextSource.isEmpty())
        continued.reset(); // the run cannot go on that needs it; one that needs what is next can
    if (isWanted)
        emit session->failed(Session::tr("Cannot open the data"), message);
    else if (nextSource.isEmpty())
        emit session->dataCancelled();
    openNext();
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
        emit session->failed(Session::tr("The training ended with an error"), message);
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
        emit session->failed(Session::tr("The training stopped"), QString::fromStdString(result->record.message));
    if (result->record.stop == StopReason::Failed)
        findDevicesAgain();
}

void Session::Private::chooseGhosts() {
    constexpr int mostByThemselves = 3;
    int left = mostByThemselves;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (chosenGhosts.contains(run->number))
            continue;
        // What learnt something else, or nothing, tells little about these curves; the menu offers it all the same.
        const RunRecord& of = run->result->record;
        const bool hasLearnt = of.stop != StopReason::NonFinite && of.stop != StopReason::Failed;
        const bool isComparable =
            hasLearnt &&
            (!record || (of.network.input == record->network.input && of.data.source == record->data.source));
        if (isComparable && left-- > 0)
            ghosts.insert(run->number);
        else
            ghosts.erase(run->number);
    }
    if (!runs.empty())
        limitGhosts(runs.back().number);
    emit session->ghostsChanged();
}

void Session::Private::limitGhosts(int kept) {
    // More than have a colour each would be a tangle, and the legend has no room for them.
    constexpr std::size_t most = 4;
    while (ghosts.size() > most)
        ghosts.erase(*ghosts.begin() == kept ? std::next(ghosts.begin()) : ghosts.begin());
}

RunSetup Session::Private::setup() const {
    RunSetup setup{*network, spec, deviceId.toStdString(), data};
    setup.files.checkpoint = checkpointFile.toStdString();
    return setup;
}

void Session::Private::leaveOpening() {
    const QString source = session->openingSource();
    if (source.isEmpty())
        return;
    session->cancelOpening();
    emit session->told(Session::tr("%1 is no longer being opened.").arg(QFileInfo(source).fileName()),
        Session::tr("A run began with the data that was here. Open it again after the run."));
}

void Session::Private::begin(RunSource::Begin how) {
    leaveOpening();
    seedIsChosen = false;
    keepsCheckpoint = !checkpointFile.isEmpty();
    continues = false;
    controller.start(setup(), how);
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
