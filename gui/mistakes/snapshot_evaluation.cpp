// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/snapshot_evaluation.h"

#include "devices/devices.h"
#include "training/fit.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>
#include <vector>

namespace kernelscope {

using namespace std::chrono_literals;

SnapshotEvaluation::SnapshotEvaluation(QObject* parent) : QObject(parent) {
    m_ticker.setInterval(50ms);
    connect(&m_ticker, &QTimer::timeout, this, &SnapshotEvaluation::progressed);
    connect(&m_job, &BackgroundJob::done, this, &SnapshotEvaluation::onDone);
    connect(&m_job, &BackgroundJob::failed, this, &SnapshotEvaluation::onFailed);
}

SnapshotEvaluation::~SnapshotEvaluation() {
    cancel();
}

void SnapshotEvaluation::start(
    const Network& network, SnapshotPtr weights, DataSetPtr data, const QString& deviceId, const QString& title) {
    if (m_job.isRunning())
        return;
    m_shared = std::make_shared<Shared>();
    m_shared->network = network;
    m_shared->weights = std::move(weights);
    m_shared->data = std::move(data);
    m_shared->deviceId = deviceId.toStdString();
    m_title = title;
    m_job.start([shared = m_shared] { work(*shared); });
    m_ticker.start();
    emit runningChanged(true);
}

void SnapshotEvaluation::cancel() {
    if (m_shared)
        m_shared->isCancelled = true;
}

std::pair<std::size_t, std::size_t> SnapshotEvaluation::progress() const {
    if (!m_shared)
        return {0, 0};
    return {m_shared->images.load(), m_shared->data->info().testCount};
}

void SnapshotEvaluation::work(Shared& shared) {
    TrainingSpec spec;
    spec.optimizer.kind = OptimizerKind::Sgd; // which needs no memory of its own
    const std::unique_ptr<Backend> backend = openBackend(shared.deviceId);
    const std::unique_ptr<Executor> executor = backend->load(shared.network, shared.data, spec);
    executor->write(Arena::Parameters, shared.weights->parameters);
    executor->write(Arena::State, shared.weights->state);
    const std::size_t total = shared.data->info().testCount;
    // So few at a time that Cancel is answered at once.
    const double each = static_cast<double>(std::max<std::int64_t>(executor->plan().flops.forward, 1));
    const auto stretch =
        static_cast<std::size_t>(std::clamp((shared.deviceId == "reference" ? 2e7 : 5e8) / each, 1.0, 1000.0));
    auto predictions = std::make_shared<EpochPredictions>();
    predictions->step = shared.weights->step;
    predictions->images.resize(total);
    std::vector<std::uint32_t> indices(total);
    std::iota(indices.begin(), indices.end(), 0u);
    for (std::size_t at = 0; at < total;) {
        if (shared.isCancelled)
            return;
        const std::size_t count = std::min(stretch, total - at);
        shared.data->require(Split::Test, std::span(indices).subspan(at, count));
        executor->evaluate({Split::Test, at, count}, std::span(predictions->images).subspan(at, count));
        at += count;
        shared.images = at;
    }
    shared.evaluated = std::make_shared<const Evaluated>(shared.data, std::move(predictions));
}

void SnapshotEvaluation::onDone() {
    m_ticker.stop();
    const std::shared_ptr<Shared> over = std::exchange(m_shared, nullptr);
    emit runningChanged(false);
    if (over->evaluated && !over->isCancelled)
        emit done(over->evaluated, over->weights, m_title);
    else
        emit cancelled();
}

void SnapshotEvaluation::onFailed(const QString& message) {
    m_ticker.stop();
    m_shared.reset();
    emit runningChanged(false);
    emit failed(message);
}

} // namespace kernelscope
