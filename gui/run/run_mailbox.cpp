// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/run_mailbox.h"

#include <utility>

namespace kernelscope {
namespace {

constexpr double snapshotSeconds = 1.0 / 30;

} // namespace

RunMailbox::News RunMailbox::take() {
    News fresh;
    const std::lock_guard lock(m_mutex);
    fresh.phase = m_news.phase;
    std::swap(fresh, m_news);
    return fresh;
}

void RunMailbox::started(const RunRecord& record) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Training;
    m_news.started = record;
}

void RunMailbox::stepsMade(std::span<const StepPoint> points) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Training;
    m_news.steps.insert(m_news.steps.end(), points.begin(), points.end());
}

void RunMailbox::epochDone(const EpochResult& epoch) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Training;
    m_news.epochs.push_back(epoch);
}

void RunMailbox::predicted(const EpochPredictionsPtr& predictions) {
    const std::lock_guard lock(m_mutex);
    m_news.predictions.push_back(predictions);
}

void RunMailbox::eventHappened(const RunEvent& event) {
    const std::lock_guard lock(m_mutex);
    m_news.events.push_back(event);
}

void RunMailbox::snapshotTaken(const SnapshotPtr& snapshot) {
    SnapshotPtr old; // freed after the lock is given back
    m_sinceSnapshot.restart();
    const std::lock_guard lock(m_mutex);
    old = std::exchange(m_news.snapshot, snapshot);
}

void RunMailbox::evaluating(std::size_t done, std::size_t total) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Testing;
    m_news.evaluating = {done, total};
}

void RunMailbox::warned(const std::string& message) {
    const std::lock_guard lock(m_mutex);
    m_news.warnings.push_back(message);
}

bool RunMailbox::wantsSnapshot() {
    if (!m_wantsSnapshots || m_sinceSnapshot.seconds() < snapshotSeconds)
        return false;
    const std::lock_guard lock(m_mutex);
    return !m_news.snapshot;
}

void RunMailbox::finish(RunResultPtr result) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Over;
    m_news.result = std::move(result);
}

void RunMailbox::fail(std::string message) {
    const std::lock_guard lock(m_mutex);
    m_news.phase = Phase::Over;
    m_news.failure = std::move(message);
}

} // namespace kernelscope
