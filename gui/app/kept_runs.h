// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs that are over outlive the program, however it ends.
#pragma once

#include "app/background_job.h"
#include "app/run_archive.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

namespace kernelscope {

/// Archives each run that was made here when it is over, in the background; those of a measurement when it is over, for
/// it has the computer to itself. What fails is tried again when the window closes.
class KeptRuns : public QObject {
    Q_OBJECT

public:
    explicit KeptRuns(Session& session, QObject* parent = nullptr);

    /// Archives at once what is not yet, and waits for it. @return a message where some could not be.
    std::optional<QString> keepNow();
    /// Where a run is kept; empty where it is not.
    QString folderOf(int number) const;

signals:
    void kept(int number);
    void failed(const QString& message);

private:
    void keepNext();
    /// Takes over what the job left.
    void takeUp();
    bool isWanted(const FinishedRun& run) const;

    Session& m_session;
    std::map<int, QString> m_folders; ///< By the run's number.
    std::set<int> m_failed;           ///< Not to be tried again in the background.
    int m_current = 0;                ///< Being archived; 0: none.
    std::shared_ptr<ArchivedRun> m_result;
    BackgroundJob m_job; ///< Last, so that its thread ends first.
};

} // namespace kernelscope
