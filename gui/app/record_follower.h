// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Records of runs that still go on elsewhere.
#pragma once

#include "app/background_job.h"
#include "training/run_record.h"

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QMap>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>

namespace kernelscope {

class Session;

/// Reads a record again whenever its file changes, until it says that its run is over or it is taken out of the
/// session. The system tells of changes; a timer finds those that it does not tell of, as on a network's disk.
class RecordFollower : public QObject {
    Q_OBJECT

public:
    explicit RecordFollower(Session& session, QObject* parent = nullptr);

    /// Of a record that was opened; ignored where its run is over.
    void follow(const QString& path, const RunRecord& record);
    bool isFollowing(const QString& path) const { return m_files.contains(path); }

private:
    /// What a file was when it was last read.
    struct Seen {
        QDateTime modified;
        qint64 size = -1;
    };

    void check();
    void forgetRemoved();
    void onRead();

    Session& m_session;
    QMap<QString, Seen> m_files;
    QFileSystemWatcher m_watcher;
    QTimer m_timer;
    QString m_path; ///< Of what the job reads.
    std::shared_ptr<RunRecord> m_read;
    BackgroundJob m_job; ///< Last, so that its thread ends first.
};

} // namespace kernelscope
