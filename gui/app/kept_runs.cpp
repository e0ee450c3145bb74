// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kept_runs.h"

namespace kernelscope {

KeptRuns::KeptRuns(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&session, &Session::runsChanged, this, &KeptRuns::keepNext);
    connect(&session, &Session::viewsFrozenChanged, this, &KeptRuns::keepNext); // a measurement may be over
    const auto onEnd = [this] {
        takeUp();
        keepNext();
    };
    connect(&m_job, &BackgroundJob::done, this, onEnd);
    connect(&m_job, &BackgroundJob::failed, this, onEnd); // its result says that it failed
}

bool KeptRuns::isWanted(const FinishedRun& run) const {
    return !run.isOpened() && !m_folders.contains(run.number);
}

void KeptRuns::keepNext() {
    if (m_current != 0 || m_job.isRunning() || m_session.isMeasuring())
        return;
    for (const FinishedRun& run : m_session.runs()) {
        if (!isWanted(run) || m_failed.contains(run.number))
            continue;
        m_current = run.number;
        m_result = std::make_shared<ArchivedRun>();
        m_result->failure = tr("The run could not be written.");
        m_job.start([place = m_result, result = run.result] { *place = archiveRun(*result); });
        return;
    }
}

void KeptRuns::takeUp() {
    const int number = std::exchange(m_current, 0);
    if (number == 0)
        return; // keepNow() was faster
    const ArchivedRun archived = *std::exchange(m_result, nullptr);
    if (archived.failure) {
        m_failed.insert(number);
        emit failed(*archived.failure);
        return;
    }
    m_folders[number] = archived.folder;
    emit kept(number);
}

std::optional<QString> KeptRuns::keepNow() {
    m_job.wait();
    takeUp();
    std::optional<QString> failure;
    for (const FinishedRun& run : m_session.runs()) {
        if (!isWanted(run))
            continue;
        ArchivedRun archived = archiveRun(*run.result);
        if (archived.failure)
            failure = archived.failure;
        else
            m_folders[run.number] = archived.folder;
    }
    return failure;
}

QString KeptRuns::folderOf(int number) const {
    const auto found = m_folders.find(number);
    return found == m_folders.end() ? QString() : found->second;
}

} // namespace kernelscope
