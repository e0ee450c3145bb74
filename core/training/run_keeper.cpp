// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/run_keeper.h"

#include "files/checkpoint_file.h"
#include "files/run_record_json.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace kernelscope {
namespace {

constexpr double leastShare = 50; ///< Writing takes at most one part in so many.

} // namespace

bool RunKeeper::Rhythm::isDue(double seconds) const {
    if (seconds == 0)
        return true;
    const double age = since.seconds();
    // The checkpoint's minute holds whatever it costs; the end of an epoch waits until it is affordable.
    return age >= seconds || (epochEnded && age >= leastShare * cost);
}

void RunKeeper::Rhythm::begin() {
    epochEnded = false;
    since.restart();
}

RunKeeper::RunKeeper(RunFiles files) : m_files(std::move(files)), m_thread([this] { work(); }) {}

RunKeeper::~RunKeeper() {
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

bool RunKeeper::isDue(bool epochEnded) {
    if (epochEnded) {
        m_checkpoint.epochEnded = true;
        m_record.epochEnded = true;
    }
    const double recordSeconds =
        m_files.recordSeconds == 0 ? 0 : std::max(m_files.recordSeconds, leastShare * m_record.cost);
    if (!needsWeights() && (m_files.record.empty() || !m_record.isDue(recordSeconds)))
        return false;
    const std::lock_guard lock(m_mutex);
    m_checkpoint.cost = m_checkpointOutcome.cost;
    m_record.cost = m_recordOutcome.cost;
    return !m_busy && !m_job; // else soon
}

void RunKeeper::keep(CheckpointPtr checkpoint, bool hasWeights, double copySeconds) {
    Job job{std::move(checkpoint), hasWeights, !m_files.record.empty()};
    {
        const std::lock_guard lock(m_mutex);
        // What each of them takes this time; writing adds to it.
        if (hasWeights)
            m_checkpointOutcome.cost = copySeconds;
        m_recordOutcome.cost = hasWeights ? 0 : copySeconds;
    }
    if (hasWeights)
        m_checkpoint.begin();
    m_record.begin();
    hand(std::move(job));
}

void RunKeeper::keepLast(CheckpointPtr checkpoint) {
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_busy && !m_job; });
        m_checkpointOutcome.failure.clear();
    }
    hand({std::move(checkpoint), true, false});
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_busy && !m_job; });
}

void RunKeeper::hand(Job job) {
    {
        const std::lock_guard lock(m_mutex);
        m_job = std::move(job);
    }
    m_changed.notify_all();
}

std::optional<std::string> RunKeeper::takeFailure() {
    const std::lock_guard lock(m_mutex);
    for (Outcome* outcome : {&m_checkpointOutcome, &m_recordOutcome})
        if (!std::exchange(outcome->isTold, true))
            return outcome->failure;
    return std::nullopt;
}

void RunKeeper::work() {
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_quit || m_job; });
        if (!m_job)
            return;
        Job job = std::move(*m_job);
        m_job.reset();
        m_busy = true;
        lock.unlock();
        write(job);
        job = {}; // freed here, not by the training
        lock.lock();
        m_busy = false;
        m_changed.notify_all();
    }
}

void RunKeeper::write(const Job& job) {
    const auto attempt = [this](Outcome& outcome, const auto& save) {
        const Stopwatch watch;
        std::string failure;
        try {
            save();
        } catch (const std::exception& error) {
            failure = error.what();
        }
        const std::lock_guard lock(m_mutex);
        outcome.cost += watch.seconds();
        // The text may differ each time, as the room on a full disk does; it is the same failure.
        outcome.isTold = failure.empty() || (!outcome.failure.empty() && outcome.isTold);
        outcome.failure = failure;
    };
    if (job.writesCheckpoint)
        attempt(m_checkpointOutcome, [&] { saveCheckpoint(m_files.checkpoint, *job.checkpoint); });
    if (job.writesRecord)
        attempt(m_recordOutcome, [&] { saveRunRecord(m_files.record, job.checkpoint->record); });
}

} // namespace kernelscope
