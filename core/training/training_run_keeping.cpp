// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/training_run.h"

#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace kernelscope {
namespace {

/// After each of the steps that somebody makes by hand the run is paused, but hardly worth a file.
constexpr std::chrono::milliseconds briefPause(300);
constexpr const char* noMemoryToKeep =
    "There is not enough memory to keep the run on the disk. The run itself is whole.";

} // namespace

TrainingRun::Outcome TrainingRun::keepIfDue(bool epochEnded) {
    if (!m_keeper || !m_keeper->isDue(epochEnded))
        return Outcome::GoOn;
    // A checkpoint must not hold what the run will go back from.
    if (publish() == Outcome::Stop)
        return Outcome::Stop;
    keep(m_keeper->needsWeights());
    return Outcome::GoOn;
}

void TrainingRun::waitWhilePaused() {
    m_record.phases.paused += m_control.waitWhilePaused(briefPause);
    if (m_keeper && m_keeper->keepsCheckpoints() && m_keptStep < m_stepsMade &&
        m_control.state() == RunControl::State::Paused)
        keep(true);
    m_record.phases.paused += m_control.waitWhilePaused();
}

void TrainingRun::keep(bool withWeights) {
    if (withWeights)
        m_keptStep = m_stepsMade;
    Stopwatch watch;
    std::shared_ptr<Checkpoint> copy;
    try {
        copy = checkpoint(withWeights);
    } catch (const std::bad_alloc&) {
        m_observer.warned(noMemoryToKeep); // the run itself goes on
        return;
    }
    const double seconds = watch.seconds();
    m_record.phases.snapshot += seconds;
    m_keeper->keep(std::move(copy), withWeights, seconds);
    tellFailures();
}

std::shared_ptr<Checkpoint> TrainingRun::checkpoint(bool withWeights) const {
    auto result = std::make_shared<Checkpoint>();
    result->record = m_record;
    result->record.stop = StopReason::Running;
    if (!withWeights)
        return result;
    result->learningRate = m_learningRate;
    result->sums = m_sums;
    if (m_sums.count > 0)
        result->sums.trainSeconds += m_record.phases.train - m_epochBegin;
    result->dataId = m_dataId;
    result->best = m_best;
    result->parameters = m_lastFinite->parameters; // of this very step, for it was published
    result->state = m_lastFinite->state;
    result->moments.resize(m_executor.arenaSize(Arena::Moments));
    m_executor.read(Arena::Moments, result->moments);
    return result;
}

void TrainingRun::keepLast() {
    const bool hasEnded = endedAsPlanned(m_record.stop);
    if (!m_keeper || !m_keeper->keepsCheckpoints() || (!hasEnded && m_record.stop != StopReason::Stopped))
        return; // from a loss that was not finite there is no way on
    std::shared_ptr<Checkpoint> last;
    try {
        last = checkpoint(true);
    } catch (const std::bad_alloc&) {
        m_observer.warned(noMemoryToKeep); // what was learnt is kept all the same
        return;
    }
    if (hasEnded)
        last->record.stop = m_record.stop;
    m_keeper->keepLast(last);
    tellFailures();
}

void TrainingRun::tellFailures() {
    while (const std::optional<std::string> failure = m_keeper->takeFailure())
        m_observer.warned("The run could not be kept on the disk. " + *failure);
}

} // namespace kernelscope
