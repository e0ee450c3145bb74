// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs that ended before they were done: after a crash, a log-out, or a window that was closed.
#pragma once

#include "app/background_job.h"
#include "training/checkpoint.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace kernelscope {

class Session;

/// A run that can go on.
struct UnfinishedRun {
    QString folder;       ///< Where its checkpoint is.
    bool crashed = false; ///< Its process ended without a word.
    bool stopped = false; ///< By its user: nothing that needs to be asked.
    QDateTime when;       ///< Its last checkpoint.
    CheckpointPtr checkpoint;
};

/// Gives the session's runs a place for their checkpoint, and finds what an earlier window left there.
///
/// Each window has a folder of its own below kernelscope/unfinished in the user's data folder. A lock that the system
/// takes away with the process tells whether a folder's window lives; a line in the file "state" how its run ended.
class UnfinishedRuns : public QObject {
    Q_OBJECT

public:
    explicit UnfinishedRuns(Session& session, QObject* parent = nullptr);
    ~UnfinishedRuns() override;

    /// Looks for the newest run that an earlier window left, in the background; found() or unreadable() may follow.
    /// Removes what is older than a month, all but the newest five, and what holds no checkpoint.
    void look();
    /// The run that can go on: the one that was found, or this window's after Stop. Until it does, or somebody throws
    /// it away or another has begun.
    const std::optional<UnfinishedRun>& left() const { return m_left; }

    /// Goes on with the run that was found. Its file becomes this window's, so that it is never without one.
    void continueLeft();
    /// Throws away the run that was found. Until the window closes or another is thrown away, it can be taken back.
    void discardLeft();
    /// Offers it again: now, or where there is another by now, at the next start. @return whether now.
    bool takeBack();

    /// The run that ended here as planned is kept elsewhere: its checkpoint is needed no more.
    void forgetDone();

    /// The window closes: the run that goes on, if any, is one to be continued, and none that crashed.
    void setClosing(bool isClosing);

signals:
    /// An earlier window left a run that nobody stopped.
    void found(const kernelscope::UnfinishedRun& run);
    void unreadable(const QString& message);
    void leftChanged(); ///< left() is another.

private:
    class Lock;

    void onLoading();
    void onStarted();
    void onFinished();
    void onFailed();
    void putBack();
    void offerOwn();
    void removeDiscarded();
    bool claimFolder();
    void load(UnfinishedRun run);
    void setState(const char* state);
    QString checkpointFile() const;

    Session& m_session;
    QString m_folder; ///< This window's; made when its first run begins.
    std::unique_ptr<Lock> m_lock;
    bool m_isClosing = false;
    bool m_isDone = false; ///< The checkpoint is of a run with which nobody can go on.
    std::optional<UnfinishedRun> m_left;
    bool m_isContinuing = false;      ///< The session was asked to go on with m_left.
    std::unique_ptr<Lock> m_leftLock; ///< So that no other window takes it as well.
    std::optional<UnfinishedRun> m_discarded;
    std::unique_ptr<Lock> m_discardedLock;
    std::shared_ptr<CheckpointPtr> m_read;
    BackgroundJob m_job; ///< Last, so that its thread ends first.
};

/// Below XDG_DATA_HOME: ~/.local/share/kernelscope/unfinished.
QString unfinishedFolder();

} // namespace kernelscope
