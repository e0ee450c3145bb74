// SPDX-License-Identifier: GPL-3.0-or-later
// When a run's parameters are copied, and how they are published.
#include "training/training_run.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace kernelscope {
namespace {

constexpr double snapshotSeconds = 1.0; // greatest age of the weights that a non-finite run returns to

} // namespace

bool TrainingRun::isSnapshotDue() {
    bool scheduled = false;
    while (m_nextSnapshot < m_snapshotSteps.size() && m_snapshotSteps[m_nextSnapshot] <= m_stepsMade) {
        scheduled = scheduled || m_snapshotSteps[m_nextSnapshot] == m_stepsMade;
        ++m_nextSnapshot;
    }
    return scheduled || m_sinceSnapshot.seconds() >= snapshotSeconds ||
           (m_copiedSteps.empty() && m_observer.wantsSnapshot()); // one under way is one to come
}

TrainingRun::Outcome TrainingRun::snapshotNow() {
    if (!m_copies)
        return publish();
    if (m_copiedSteps.size() == m_copies->most() && drain() == Outcome::Stop)
        return Outcome::Stop;
    // The device trains meanwhile, and copies between two steps: that is training time.
    Stopwatch watch;
    m_copies->begin();
    m_record.phases.train += watch.seconds();
    m_copiedSteps.push_back(m_stepsMade);
    m_sinceSnapshot.restart();
    return Outcome::GoOn;
}

TrainingRun::Outcome TrainingRun::publishCopies(std::optional<std::int64_t> nonFiniteStep) {
    std::optional<std::int64_t> spoiltStep;
    for (; !m_copiedSteps.empty(); m_copiedSteps.pop_front()) {
        const std::int64_t step = m_copiedSteps.front();
        Stopwatch watch;
        std::shared_ptr<Snapshot> snapshot = makeSnapshot(step, secondsOf(step));
        m_copies->take(snapshot->parameters, snapshot->state);
        m_record.phases.snapshot += watch.seconds();
        if (spoiltStep || (nonFiniteStep && step >= *nonFiniteStep))
            continue; // taken, so that none stays under way
        if (!publishSnapshot(std::move(snapshot)))
            spoiltStep = step;
    }
    return spoiltStep ? stopSpoilt(*spoiltStep) : Outcome::GoOn;
}

bool TrainingRun::takeSnapshot() {
    Stopwatch watch;
    std::shared_ptr<Snapshot> snapshot = makeSnapshot(m_stepsMade, m_record.phases.train);
    m_executor.read(Arena::Parameters, snapshot->parameters);
    m_executor.read(Arena::State, snapshot->state);
    m_record.phases.snapshot += watch.seconds();
    m_sinceSnapshot.restart();
    return publishSnapshot(std::move(snapshot));
}

std::shared_ptr<Snapshot> TrainingRun::makeSnapshot(std::int64_t step, double seconds) const {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->step = step;
    snapshot->epoch = static_cast<double>(step) / static_cast<double>(m_stepsPerEpoch);
    snapshot->seconds = seconds;
    snapshot->parameters.resize(m_executor.arenaSize(Arena::Parameters));
    snapshot->state.resize(m_executor.arenaSize(Arena::State));
    return snapshot;
}

bool TrainingRun::publishSnapshot(std::shared_ptr<Snapshot> snapshot) {
    Stopwatch watch;
    // Without branches, so that the compiler takes many values at once.
    std::uint32_t spoilt = 0;
    for (const std::vector<float>* values : {&snapshot->parameters, &snapshot->state})
        for (const float value : *values)
            spoilt |= static_cast<std::uint32_t>(!(std::abs(value) <= std::numeric_limits<float>::max()));
    m_record.phases.snapshot += watch.seconds();
    if (spoilt)
        return false;
    m_lastFinite = std::move(snapshot);
    m_observer.snapshotTaken(m_lastFinite);
    return true;
}

} // namespace kernelscope
