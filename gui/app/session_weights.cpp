// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_state.h"

#include "files/safetensors.h"

#include <QLocale>

#include <utility>

namespace kernelscope {
namespace {

/// First weights of more values than this are drawn in a thread: a hundred million take a second.
constexpr std::size_t mostDrawnAtOnce = 400'000;

SnapshotPtr firstWeights(const Plan& plan, std::uint64_t seed) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->parameters = initialParameters(plan, seed);
    snapshot->state = initialState(plan);
    return snapshot;
}

} // namespace

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

void Session::showWeights(const WeightsFile& weights, const QString& name) {
    if (!canEdit() || (weights.network != *m->network && !m->takeNetwork(weights.network)))
        return;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->parameters = weights.parameters;
    snapshot->state = weights.state;
    m->fileName = name;
    m->showSnapshot(std::move(snapshot), Origin::File);
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
        return fileName;
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

} // namespace kernelscope
