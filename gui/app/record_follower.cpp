// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/record_follower.h"

#include "app/session.h"
#include "files/run_record_json.h"

#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <utility>

namespace kernelscope {

using namespace std::chrono_literals;

RecordFollower::RecordFollower(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    m_timer.setInterval(2s);
    connect(&m_timer, &QTimer::timeout, this, &RecordFollower::check);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &RecordFollower::check);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &RecordFollower::check);
    connect(&m_job, &BackgroundJob::done, this, &RecordFollower::onRead);
    connect(&m_job, &BackgroundJob::failed, this, &RecordFollower::check); // gone or damaged: perhaps not for ever
    connect(&session, &Session::runsChanged, this, &RecordFollower::forgetRemoved);
}

void RecordFollower::follow(const QString& path, const RunRecord& record) {
    if (record.stop != StopReason::Running || m_files.contains(path))
        return;
    m_files.insert(path, {}); // read once more: it may have changed meanwhile
    m_watcher.addPath(path);
    m_watcher.addPath(QFileInfo(path).absolutePath()); // where a new file takes the old one's place
    m_timer.start();
    check();
}

void RecordFollower::check() {
    if (m_job.isRunning())
        return;
    for (auto file = m_files.begin(); file != m_files.end(); ++file) {
        const QFileInfo now(file.key());
        if (!now.exists() || (now.lastModified() == file->modified && now.size() == file->size))
            continue;
        *file = {now.lastModified(), now.size()};
        if (!m_watcher.files().contains(file.key()))
            m_watcher.addPath(file.key());
        m_path = file.key();
        m_read = std::make_shared<RunRecord>();
        m_job.start([place = m_read, path = m_path.toStdString()] { *place = loadRunRecord(path); });
        return; // the next when this one is read
    }
}

void RecordFollower::onRead() {
    const std::shared_ptr<RunRecord> read = std::exchange(m_read, nullptr);
    if (m_files.contains(m_path)) {
        if (read->stop != StopReason::Running) {
            m_files.remove(m_path);
            m_watcher.removePath(m_path);
        }
        m_session.addRun(*read, m_path);
    }
    check();
}

void RecordFollower::forgetRemoved() {
    const auto& runs = m_session.runs();
    for (auto file = m_files.begin(); file != m_files.end();) {
        const bool isThere =
            std::any_of(runs.begin(), runs.end(), [&](const FinishedRun& run) { return run.file == file.key(); });
        file = isThere ? std::next(file) : m_files.erase(file);
    }
    if (m_files.isEmpty())
        m_timer.stop();
}

} // namespace kernelscope
